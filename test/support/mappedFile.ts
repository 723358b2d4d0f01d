import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A Perl program, without single quotes, that maps a file and stores whatever it reads into its first byte, one after the other. */
export const storingProgram = String.raw`
  $| = 1;
  open(my $file, "+<", shift) or die $!;
  my ($mmap, $read) = ${'`'}uname -m${'`'} =~ /aarch64|arm64/ ? (222, 63) : (9, 0);
  my $at = syscall($mmap, 0, 4096, 3, 1, fileno($file), 0);
  print "stored\n" while syscall($read, 0, $at, 1) == 1;
`;

/** A process that has a file mapped into its memory. */
export function mappedFile(path: string) {
  const child = spawn('perl', ['-e', storingProgram, path], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout });
  return {
    /** Stores a character in the place of the first one. */
    store: async (character: string) => {
      const stored = once(lines, 'line');
      child.stdin.write(character);
      await stored;
    },
    end: async () => {
      const ended = once(child, 'close');
      child.stdin.end();
      await ended;
    },
  };
}
