import type { Webhook } from '#sdk/index.ts';
import { AlertIcon } from '../../ui/icons.tsx';
import classes from './off-note.module.css';

/** Webhooks that the server switched off: nobody hears of anything there until a person looks. */
export function OffNote({ webhooks }: { readonly webhooks: readonly Webhook[] }) {
  const off = webhooks.filter(({ offReason }) => offReason !== null);
  if (off.length === 0) return null;
  return (
    <section className={classes['root']} aria-label="Switched off">
      {off.map(({ id, name, offReason }) => (
        <div key={id} className={classes['line']}>
          <AlertIcon />
          <span>
            “{name}” was switched off. {offReason} Mend the receiver, then switch it on again: what waits is
            sent.
          </span>
        </div>
      ))}
    </section>
  );
}
