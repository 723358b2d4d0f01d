/**
 * Runs something that needs no rights of root, as an ordinary user. All threads of this process are that one meanwhile.
 */
export async function asPerson<T>(work: () => Promise<T>): Promise<T> {
  const { getuid } = process;
  if (getuid!() !== 0) return await work();
  process.setegid!(1000);
  process.seteuid!(1000);
  process.getuid = () => 1000;
  try {
    return await work();
  } finally {
    process.getuid = getuid!;
    process.seteuid!(0);
    process.setegid!(0);
  }
}
