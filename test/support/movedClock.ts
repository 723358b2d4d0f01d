/** The clock of this process as others can set it, while what it measures time with goes on. */
export interface MovedClock {
  moveBy(ms: number): void;
  /** Puts the real clock back. */
  restore(): void;
}

/** Takes the clock of this process in hand. */
export function takeClock(): MovedClock {
  const RealDate = Date;
  let aheadMs = 0;
  globalThis.Date = class extends RealDate {
    constructor(...args: readonly unknown[]) {
      super(...((args.length > 0 ? args : [RealDate.now() + aheadMs]) as [number]));
    }

    static override now(): number {
      return RealDate.now() + aheadMs;
    }
  } as DateConstructor;
  return {
    moveBy: (ms) => {
      aheadMs += ms;
    },
    restore: () => {
      globalThis.Date = RealDate;
    },
  };
}
