import classes from './heading-path.module.css';

export interface HeadingPathProps {
  readonly headings: readonly string[];
  readonly page?: number | null;
}

/** Where in a document: "Parental leave › Babies in hospital · page 3". */
export function HeadingPath({ headings, page = null }: HeadingPathProps) {
  if (headings.length === 0 && page === null) return null;
  return (
    <div className={classes['root']}>
      {headings.map((heading, index) => (
        <span key={index} className={classes['part']}>
          {heading}
        </span>
      ))}
      {page !== null && <span className={classes['page']}>page {page}</span>}
    </div>
  );
}
