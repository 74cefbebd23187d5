import type { Access } from '#domain/access.ts';
import { Fault } from '#domain/fault.ts';
import type { Project } from '#domain/project.ts';
import { LIMIT_SCOPES, quotaId, quotaName, RateLimited } from '#domain/quota.ts';
import type { LimitScope, Quota, Rate, Spent } from '#domain/quota.ts';
import type { Quotas, QuotaSharing } from '#ports/quotas.ts';
import type { Store } from '#ports/store/store.ts';

export interface CallLimitsDeps {
  readonly quotas: Quotas;
  readonly store: Pick<Store, 'keys'>;
  /** What holds where nobody chose anything. */
  readonly standard: Readonly<Record<LimitScope, readonly Rate[]>>;
}

/** Who makes a call; asked for only where something is counted by it. */
export interface CallMaker {
  readonly access: Access;
  /** null: a call to the server as a whole. */
  readonly project: Project | null;
  user(): string | null;
  address(): string | null;
}

/** A quota that somebody uses. */
export interface LimitUse {
  readonly scope: LimitScope;
  /** A key's name, a user, an address; null where the project itself is counted. */
  readonly who: string | null;
  readonly keyId: number | null;
  readonly rate: Rate;
  readonly used: number;
  readonly resetMs: number;
}

const MOST_LISTED = 200;
const MOST_NAME = 200;

/** Counts calls against the limits of keys, users, projects and addresses. Without limits it does nothing, at once. */
export class CallLimits {
  readonly #deps: CallLimitsDeps;
  readonly #refused: Record<LimitScope, number> = { key: 0, user: 0, project: 0, ip: 0 };

  constructor(deps: CallLimitsDeps) {
    this.#deps = deps;
  }

  /**
   * Counts one call; null where nothing limits it.
   *
   * @throws Fault limited `rate_limited`
   */
  spend(maker: CallMaker): Spent | null | Promise<Spent> {
    const quotas = this.#quotasOf(maker);
    if (quotas.length === 0) return null;
    const spent = this.#deps.quotas.spend(quotas);
    return spent instanceof Promise ? spent.then((each) => this.#checked(each)) : this.#checked(spent);
  }

  /** What holds where nobody chose anything. */
  get standard(): CallLimitsDeps['standard'] {
    return this.#deps.standard;
  }

  /** Calls that were refused since the process began. */
  get refused(): Readonly<Record<LimitScope, number>> {
    return this.#refused;
  }

  sharing(): QuotaSharing {
    return this.#deps.quotas.describe();
  }

  /** Who uses what of a project's limits, nearest to the limit first. `isServer`: keys that reach every project too. */
  async list(project: Project, isServer: boolean): Promise<readonly LimitUse[]> {
    const uses = await this.#deps.quotas.uses();
    const keys = await this.#keysOf(isServer ? null : project.id);
    const listed = uses.flatMap(({ id, used, resetMs }) => {
      const read = readId(id, project.id);
      const key = keys.get(read?.keyId ?? 0) ?? null;
      if (read === null || (read.keyId !== null && key === null)) return [];
      const chosen = key?.rates ?? this.#ratesOf(project, read.scope);
      const rate = chosen.find(({ per, isSliding }) => read.id === quotaId({ ...read, per, isSliding }));
      if (rate === undefined) return [];
      const { scope, keyId } = read;
      return [{ scope, keyId, who: key?.name ?? read.who, rate, used, resetMs }];
    });
    return listed.toSorted((a, b) => b.used / b.rate.calls - a.used / a.rate.calls).slice(0, MOST_LISTED);
  }

  #checked(spent: Spent): Spent {
    if (spent.isAllowed) return spent;
    const full = spent.states.filter(({ left }) => left === 0);
    const longest = full.reduce(
      (a, b) => (b.resetMs > a.resetMs ? b : a),
      full[0] ?? (spent.states[0] as never),
    );
    const { quota, resetMs } = longest;
    this.#refused[quota.scope] += 1;
    const seconds = Math.max(1, Math.ceil(resetMs / 1_000));
    const window = `${quota.calls.toLocaleString('en')} calls ${quota.isSliding ? 'within any' : 'a'} ${quota.per}`;
    const message = `${WHOSE[quota.scope]} may make ${window} (${quotaName(quota)}), and has: try again in ${seconds} s.`;
    throw new RateLimited(message, spent, seconds);
  }

  /** One array, and none where nothing is limited: this stands before every answer from the cache. */
  #quotasOf(maker: CallMaker): readonly Quota[] {
    const { access, project } = maker;
    const quotas: Quota[] = [];
    if (access.keyId !== null) {
      const rates =
        access.limits?.rates ?? (project === null ? this.#deps.standard.key : this.#ratesOf(project, 'key'));
      for (const rate of rates) quotas.push({ ...rate, scope: 'key', subject: `key:${access.keyId}` });
    }
    if (project !== null) {
      for (const rate of this.#ratesOf(project, 'project'))
        quotas.push({ ...rate, scope: 'project', subject: `project:${project.id}` });
      this.#add(quotas, 'user', project, () => maker.user());
    }
    this.#add(quotas, 'ip', project, () => maker.address());
    return quotas;
  }

  #add(quotas: Quota[], scope: 'user' | 'ip', project: Project | null, who: () => string | null): void {
    const rates = project === null ? this.#deps.standard[scope] : this.#ratesOf(project, scope);
    if (rates.length === 0) return;
    const name = who();
    if (name === null) return;
    if (name.length > MOST_NAME) throw nameTooLong(scope);
    for (const rate of rates)
      quotas.push({ ...rate, scope, subject: `${scope}:${project?.id ?? 0}:${name}` });
  }

  #ratesOf(project: Project, scope: LimitScope): readonly Rate[] {
    return project.rates?.[scope] ?? this.#deps.standard[scope];
  }

  async #keysOf(projectId: number | null) {
    const page = await this.#deps.store.keys.list(projectId, { limit: 1_000, cursor: null });
    return new Map(page.items.map(({ id, name, limits }) => [id, { name, rates: limits.rates }]));
  }
}

const WHOSE: Readonly<Record<LimitScope, string>> = {
  key: 'This key',
  user: 'This user',
  project: 'This project',
  ip: 'This address',
};

function nameTooLong(scope: LimitScope): Fault {
  return new Fault(
    'invalid',
    'bad_user',
    `The header that names the ${scope} has more than ${MOST_NAME} characters.`,
  );
}

/** What a count of this project stands for; null: it is another's. */
function readId(id: string, projectId: number) {
  const [, , ...rest] = id.split('|');
  const subject = rest.join('|');
  const [scope, owner, ...who] = subject.split(':');
  if (!(LIMIT_SCOPES as readonly (string | undefined)[]).includes(scope)) return null;
  const isKey = scope === 'key';
  if (!isKey && owner !== String(projectId)) return null;
  return {
    id,
    subject,
    scope: scope as LimitScope,
    keyId: isKey ? Number(owner) : null,
    who: isKey || who.length === 0 ? null : who.join(':'),
  };
}
