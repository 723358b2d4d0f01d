/** One line of `/proc/self/mountinfo`. */
export interface MountSeen {
  /** Path on its own file system that is mounted, `/` for all of it. */
  readonly root: string;
  readonly target: string;
  readonly flags: readonly string[];
  readonly type: string;
  readonly options: readonly string[];
}

export interface ProcessSeen {
  readonly pid: number;
  /** Effective user. */
  readonly uid: number;
  readonly capabilities: bigint | undefined;
  readonly noNewPrivileges: boolean | undefined;
  /** 0: none, 1: strict, 2: by a filter. */
  readonly seccompMode: number | undefined;
  readonly name: string;
}

/** What came back from an address: a connection, a refusal (which is an answer all the same), or nothing. */
export type Reached = 'open' | 'refused' | 'none';

/** What the probe saw. All of it comes from a shell of the image, which may lie: good for proofs of failure. */
export interface ProbeAnswer {
  /** Values of `/proc/self/status` by their names. */
  readonly status: ReadonlyMap<string, readonly string[]>;
  readonly uidMap: readonly { readonly inside: number; readonly outside: number; readonly count: number }[];
  /** Soft and hard limits by the kernel's names; `Infinity` for none. */
  readonly limits: ReadonlyMap<string, { readonly soft: number; readonly hard: number }>;
  readonly mounts: readonly MountSeen[];
  /** Limits of the control group by name; `max` for none. */
  readonly cgroup: ReadonlyMap<string, string>;
  readonly writable: ReadonlySet<string>;
  readonly closed: ReadonlySet<string>;
  /** Paths of the kernel that are there. */
  readonly existing: ReadonlySet<string>;
  /** Names below `/dev`. */
  readonly devices: readonly { readonly kind: 'block' | 'char'; readonly name: string }[];
  readonly sockets: readonly string[];
  readonly interfaces: readonly string[];
  /** Destination as the kernel writes it, 8 hexadecimal digits. */
  readonly routes: readonly {
    readonly interface: string;
    readonly destination: string;
  }[];
  /** IPv6 addresses as 32 hexadecimal digits, and the interface of each. */
  readonly ipv6: readonly { readonly address: string; readonly interface: string }[];
  readonly processes: readonly ProcessSeen[];
  /** True when there were more processes than the probe looks at. */
  readonly hasMoreProcesses: boolean;
  /** By `address port`. */
  readonly reached: ReadonlyMap<string, Reached>;
  /** The status with which the proxy answered, by what it was asked for. */
  readonly asked: ReadonlyMap<string, number>;
  /** The status with which the proxy answered whether it lets a name through; `undefined` where it did not. */
  readonly allows: number | undefined;
  /** The image has what it takes to ask the proxy. */
  readonly canAsk: boolean;
  /** Whether a name outside was found; `undefined` where the image has nothing to look one up with. */
  readonly foundName: boolean | undefined;
}

/** Longest answer that is read, in bytes. */
export const longestAnswerBytes = 1024 * 1024;
const mostLines = 10_000;
/** What an answer begins and ends with. */
export const firstLine = 'cordon-probe 1';
export const lastLine = 'end';
const longestLine = 16_384;

type Draft = { -readonly [Key in keyof ProbeAnswer]: Writable<ProbeAnswer[Key]> };
type Writable<T> =
  T extends ReadonlyMap<infer K, infer V>
    ? Map<K, V>
    : T extends ReadonlySet<infer V>
      ? Set<V>
      : T extends readonly (infer V)[]
        ? V[]
        : T;

/** Reads what a probe printed. Whatever does not fit the grammar in every line is no answer: `undefined`. */
export function parseProbeAnswer(text: string): ProbeAnswer | undefined {
  if (text.length > longestAnswerBytes) return undefined;
  const lines = text.split('\n');
  if (lines.length > mostLines || lines.pop() !== '' || lines.shift() !== firstLine) return undefined;
  if (lines.pop() !== lastLine) return undefined;
  const draft: Draft = {
    status: new Map(),
    uidMap: [],
    limits: new Map(),
    mounts: [],
    cgroup: new Map(),
    writable: new Set(),
    closed: new Set(),
    existing: new Set(),
    devices: [],
    sockets: [],
    interfaces: [],
    routes: [],
    ipv6: [],
    processes: [],
    hasMoreProcesses: false,
    reached: new Map(),
    asked: new Map(),
    allows: undefined,
    canAsk: false,
    foundName: undefined,
  };
  return lines.every((line) => takeLine(draft, line)) ? draft : undefined;
}

/** A fact once told stays: a second value for it is a contradiction. */
function takeOnce<V>(map: Map<string, V>, key: string, value: V): boolean {
  if (map.has(key)) return false;
  map.set(key, value);
  return true;
}

type Take = (draft: Draft, match: readonly string[]) => boolean | undefined;

/**
 * What a line may be, and what becomes of it; `false` refuses it. Each part ends where the next one begins, so that a
 * hostile line is refused as fast as it is read.
 */
const grammar: readonly (readonly [RegExp, Take])[] = [
  [
    /^status (Uid|Gid|Groups|Cap(?:Inh|Prm|Eff|Bnd|Amb)|NoNewPrivs|Seccomp):([0-9a-f \t]*)$/,
    ({ status }, [name = '', values = '']) => takeOnce(status, name, values.split(/[ \t]+/).filter(Boolean)),
  ],
  [
    /^uidmap +(\d{1,10}) +(\d{1,10}) +(\d{1,10})$/,
    ({ uidMap }, [inside, outside, count]) =>
      uidMap.push({ inside: Number(inside), outside: Number(outside), count: Number(count) }) > 0,
  ],
  [
    /^limit (Max open files|Max core file size) +(\d{1,20}|unlimited) +(\d{1,20}|unlimited) +[a-z]+ *$/,
    ({ limits }, [name = '', soft = '', hard = '']) =>
      takeOnce(limits, name, { soft: limitOf(soft), hard: limitOf(hard) }),
  ],
  [
    /^mount (\S+) (\/\S*) ([\w,=.:@+-]+)(?: [\w:.-]+)* - (\S+) (?:\S*) (\S+)$/,
    ({ mounts }, [root = '', target = '', flags = '', type = '', options = '']) =>
      mounts.push({
        ...{ root: unescaped(root), target: unescaped(target), flags: flags.split(',') },
        ...{ type, options: options.split(',') },
      }) > 0,
  ],
  [
    /^cgroup (memory|memory\+swap|swap|pids|cpu|quota|period) (max|-?\d{1,20}|(?:max|\d{1,20}) \d{1,20})$/,
    ({ cgroup }, [name = '', value = '']) => takeOnce(cgroup, name, value),
  ],
  [/^writable (\/\S*)$/, ({ writable }, [path = '']) => writable.add(path).size > 0],
  [/^closed (\/\S*)$/, ({ closed }, [path = '']) => closed.add(path).size > 0],
  [/^exists (\/\S*)$/, ({ existing }, [path = '']) => existing.add(path).size > 0],
  [
    /^device (block|char) ([\w.?/-]{1,255})$/,
    ({ devices }, [kind, name = '']) => devices.push({ kind: kind === 'block' ? 'block' : 'char', name }) > 0,
  ],
  [/^socket (\/\S*)$/, ({ sockets }, [path = '']) => sockets.push(unescaped(path)) > 0],
  [/^interface [^|]*\|[^|]*\|.*$/, () => true],
  [/^interface +([\w.@:-]{1,32}?):[ \d]*$/, ({ interfaces }, [name = '']) => interfaces.push(name) > 0],
  [/^route Iface\tDestination\t.*$/, () => true],
  [
    /^route ([\w.@:-]{1,32})\t([0-9A-F]{8})\t[0-9A-F]{8}\t[0-9A-F]+\t\d+\t\d+\t\d+\t[0-9A-F]{8}\t[\d\t ]*$/,
    ({ routes }, [name = '', destination = '']) => routes.push({ interface: name, destination }) > 0,
  ],
  [
    /^ipv6 ([0-9a-f]{32}) [0-9a-f]+ [0-9a-f]+ [0-9a-f]+ [0-9a-f]+ +([\w.@:-]{1,32})$/,
    ({ ipv6 }, [address = '', name = '']) => ipv6.push({ address, interface: name }) > 0,
  ],
  [
    /^process (\d{1,10}) (\d{1,10}) ([0-9a-f]{16}|-) ([01]|-) ([0-2]|-) (.{0,64})$/,
    ({ processes }, [pid, uid, capabilities = '', privileges, filter, name = '']) =>
      processes.push({
        pid: Number(pid),
        uid: Number(uid),
        capabilities: capabilities === '-' ? undefined : BigInt(`0x${capabilities}`),
        noNewPrivileges: privileges === '-' ? undefined : privileges === '1',
        seccompMode: filter === '-' ? undefined : Number(filter),
        name: name.trim(),
      }) > 0,
  ],
  [/^asks$/, (draft) => (draft.canAsk = true)],
  [/^more processes$/, (draft) => (draft.hasMoreProcesses = true)],
  [
    /^reach (\d{1,3}(?:\.\d{1,3}){3} \d{1,5}) (open|refused|none)$/,
    ({ reached }, [target = '', how]) => {
      if (how === 'open' || how === 'refused') reached.set(target, how);
      else if (!reached.has(target)) reached.set(target, 'none');
      return true;
    },
  ],
  [
    /^asked ([a-z0-9.:-]{1,100}) (\d{3})$/,
    ({ asked }, [name = '', status]) => takeOnce(asked, name, Number(status)),
  ],
  [
    /^allows (\d{3})$/,
    (draft, [status]) => draft.allows === undefined && (draft.allows = Number(status)) > 0,
  ],
  [
    /^lookup (answered|none)$/,
    (draft, [how]) => {
      if (draft.foundName !== undefined) return false;
      draft.foundName = how === 'answered';
      return true;
    },
  ],
  [
    /^connected ([0-9A-F]{8}):([0-9A-F]{4})$/,
    ({ reached }, [address = '', port = '']) => {
      const bytes = Buffer.from(address, 'hex').reverse();
      reached.set(`${bytes.join('.')} ${Number.parseInt(port, 16)}`, 'open');
      return true;
    },
  ],
];

/** Whether a line can stand between the first and the last one of an answer. */
export function isAnswerLine(line: string): boolean {
  return line.length <= longestLine && grammar.some(([pattern]) => pattern.test(line));
}

function takeLine(draft: Draft, line: string): boolean {
  // eslint-disable-next-line no-control-regex -- control characters other than the kernel's tabs are what is refused
  if (line.length > longestLine || /[\u0000-\u0008\u000b-\u001f\u007f]/.test(line)) return false;
  for (const [pattern, take] of grammar) {
    const match = pattern.exec(line);
    if (match) return take(draft, match.slice(1)) === true;
  }
  return false;
}

function limitOf(text: string): number {
  return text === 'unlimited' ? Infinity : Number(text);
}

/** A path as it is: the kernel writes white space and backslashes as octal digits. */
function unescaped(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}
