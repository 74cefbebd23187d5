import type { ReactNode } from 'react';

/** Line icons on a grid of 20; they take the colour and about the size of the text beside them. */
function icon(children: ReactNode) {
  return function Icon({ size = 18 }: { readonly size?: number }) {
    return (
      <svg
        width={size}
        height={size}
        viewBox="0 0 20 20"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.6"
        strokeLinecap="round"
        strokeLinejoin="round"
        aria-hidden="true"
      >
        {children}
      </svg>
    );
  };
}

export const GaugeIcon = icon(
  <path d="M3.2 14.5a7.5 7.5 0 1 1 13.6 0M10 12l3.2-4.2M10 13.2a1.2 1.2 0 1 0 0-2.4 1.2 1.2 0 0 0 0 2.4Z" />,
);
export const FlameIcon = icon(
  <path d="M10.4 2.5c.5 2.7 4.6 4.6 4.6 9a5 5 0 0 1-10 .2c0-1.9 1-3.1 2-4.2.2 1.4.9 2.1 1.7 2.4-.3-2.6.3-5.5 1.7-7.400Z" />,
);
export const QueueIcon = icon(<path d="M3 5h14M3 10h14M3 15h8" />);
export const AskIcon = icon(
  <path d="M17 9.300c0 3.5-3.1 6.2-7 6.2-.9 0-1.8-.1-2.6-.4L3.5 16.500l1-3C3.6 12.4 3 10.9 3 9.3 3 5.8 6.1 3 10 3s7 2.8 7 6.300Z" />,
);
export const AnswersIcon = icon(
  <path d="M5 3h10a1 1 0 0 1 1 1v13l-6-3.200L4 17V4a1 1 0 0 1 1-1Zm2.5 5.7 1.8 1.8 3.4-3.6" />,
);
export const DocumentIcon = icon(
  <path d="M11.5 2.500H6A1.5 1.5 0 0 0 4.5 4v12A1.5 1.5 0 0 0 6 17.500h8a1.5 1.5 0 0 0 1.5-1.500V6.500l-4-4Zm0 0v4h4M7.5 10.500h5M7.5 13.500h3.5" />,
);
export const DeadLetterIcon = icon(
  <path d="M3 5.500A1.5 1.5 0 0 1 4.5 4h11A1.5 1.5 0 0 1 17 5.500v9a1.5 1.5 0 0 1-1.5 1.500h-11A1.5 1.5 0 0 1 3 14.500v-9ZM8 8l4 4m0-4-4 4" />,
);
export const SystemIcon = icon(
  <path d="M3 6h7m4 0h3M3 14h3m4 0h7M12 8a2 2 0 1 0 0-4 2 2 0 0 0 0 4Zm-4 8a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z" />,
);
export const FolderIcon = icon(
  <path d="M3 6.500A1.500 1.500 0 0 1 4.500 5h3.200l1.800 2h6A1.500 1.500 0 0 1 17 8.500v6a1.500 1.500 0 0 1-1.500 1.500h-11A1.500 1.500 0 0 1 3 14.500v-8Z" />,
);
export const KeyIcon = icon(
  <path d="M12.5 11.500a4.2 4.200 0 1 0-3.800-2.300L3 15v2h2.500v-1.800h2v-1.900h1.700l1.600-1.700c.5.1 1.100-.1 1.700-.1ZM13.200 6.800h.01" />,
);
export const ClockIcon = icon(
  <path d="M10 17.500a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15ZM10 6v4.200l2.800 1.600" />,
);
export const TagIcon = icon(
  <path d="M3.500 10.600V4.500a1 1 0 0 1 1-1h6.100l6.400 6.400a1.500 1.500 0 0 1 0 2.100L12 17a1.500 1.500 0 0 1-2.100 0l-6.400-6.400ZM7.200 7.200h.01" />,
);
export const SearchIcon = icon(
  <path d="m17 17-3.8-3.800M14.5 8.800a5.7 5.7 0 1 1-11.4 0 5.7 5.7 0 0 1 11.4 0Z" />,
);
export const PauseIcon = icon(<path d="M7 4.500v11M13 4.500v11" />);
export const PlayIcon = icon(<path d="M6 4.200v11.600l9.5-5.800L6 4.200Z" />);
export const StopIcon = icon(
  <path d="M10 17.500a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15ZM7.5 7.500l5 5m0-5-5 5" />,
);
export const RetryIcon = icon(<path d="M3.5 10a6.5 6.5 0 1 0 2-4.700L3.5 7.200M3.5 3.500v3.700h3.7" />);
export const TrashIcon = icon(
  <path d="M3.5 5.500h13M8 5.500V4a1 1 0 0 1 1-1h2a1 1 0 0 1 1 1v1.500m3 0-.7 10.100a1.5 1.5 0 0 1-1.5 1.400H7.200a1.5 1.5 0 0 1-1.5-1.400L5 5.500M8.5 9v4.500M11.5 9v4.5" />,
);
export const PlusIcon = icon(<path d="M10 4v12M4 10h12" />);
export const CheckIcon = icon(<path d="m4 10.5 4 4 8-9" />);
export const CloseIcon = icon(<path d="m5 5 10 10M15 5 5 15" />);
export const AlertIcon = icon(
  <path d="M10 7v4m0 2.700v.1M8.7 3.2 2.4 14.400A1.5 1.5 0 0 0 3.7 16.600h12.600a1.5 1.5 0 0 0 1.3-2.200L11.3 3.200a1.5 1.5 0 0 0-2.6 0Z" />,
);
export const DownIcon = icon(<path d="m4.5 7.5 5.5 5.5 5.5-5.5" />);
export const MoreIcon = icon(<path d="M4.5 10h.01M10 10h.01M15.5 10h.01" strokeWidth="2.6" />);
export const SunIcon = icon(
  <path d="M10 13.500a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM10 2v1.500M10 16.500V18M4.3 4.300l1.1 1.100M14.6 14.600l1.1 1.100M2 10h1.500M16.5 10H18M4.3 15.700l1.1-1.100M14.6 5.400l1.1-1.1" />,
);
export const MoonIcon = icon(<path d="M16.8 11.800A7 7 0 0 1 8.2 3.200a7 7 0 1 0 8.6 8.600Z" />);
export const KeyboardIcon = icon(
  <path d="M3.5 5h13A1.5 1.5 0 0 1 18 6.500v7a1.5 1.5 0 0 1-1.5 1.500h-13A1.5 1.5 0 0 1 2 13.500v-7A1.5 1.5 0 0 1 3.5 5ZM5.5 8.500h.01M8.5 8.500h.01M11.5 8.500h.01M14.5 8.500h.01M6.5 12h7" />,
);
export const UploadIcon = icon(
  <path d="M10 13V3.500m0 0L6.5 7M10 3.5 13.5 7M3.5 13v2A1.5 1.5 0 0 0 5 16.500h10a1.5 1.5 0 0 0 1.5-1.500v-2" />,
);
export const DownloadIcon = icon(
  <path d="M10 3.500V13m0 0 3.5-3.500M10 13 6.5 9.500M3.5 13v2A1.5 1.5 0 0 0 5 16.500h10a1.5 1.5 0 0 0 1.5-1.500v-2" />,
);
export const PencilIcon = icon(<path d="m12.5 4.5 3 3L7 16l-3.7.7L4 13l8.5-8.500Z" />);
export const ExternalIcon = icon(
  <path d="M8 5H5a1 1 0 0 0-1 1v9a1 1 0 0 0 1 1h9a1 1 0 0 0 1-1v-3M11.5 3.500h5v5M16.5 3.5 9.5 10.5" />,
);
export const BookIcon = icon(
  <path d="M10 5.500C8.500 4.300 6.500 4 3.500 4v11c3 0 5 .3 6.500 1.500C11.500 15.300 13.500 15 16.500 15V4c-3 0-5 .3-6.500 1.500Zm0 0v11" />,
);
export const ArrowIcon = icon(<path d="M10 16V4m0 0L5 9m5-5 5 5" />);
export const LinkIcon = icon(
  <path d="M8.5 11.500a3 3 0 0 0 4.200 0l2.600-2.600a3 3 0 0 0-4.200-4.200l-.9.9M11.500 8.500a3 3 0 0 0-4.200 0l-2.600 2.600a3 3 0 0 0 4.200 4.200l.9-.9" />,
);
