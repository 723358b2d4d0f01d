import assert from 'node:assert/strict';
import type { Workspace } from '../../../src/workspaces/workspace.ts';
import { profileNames, type ProfileName } from '../../../src/isolation/profile.ts';
import { hostileWorkspaces } from '../../support/hostileWorkspaces.ts';
import { codeOf } from '../../support/workspacesOnFake.ts';

const limits = { cpus: 1, memoryMiB: 192, pids: 64, tmpMiB: 24 };
const openFiles = { basic: 16_384, standard: 16_384, strict: 4096 };
const mib = 1024 * 1024;

describe('a hostile program and what the machine has', function () {
  this.timeout(60_000);
  let hostile: Awaited<ReturnType<typeof hostileWorkspaces>>;
  const workspaces = new Map<ProfileName, Workspace>();
  let bystander: Workspace;

  before(async () => {
    hostile = await hostileWorkspaces();
    bystander = await hostile.create({ name: 'bystander', network: 'none', limits });
    await Promise.all(
      profileNames.map(async (profile) => {
        workspaces.set(profile, await hostile.create({ name: profile, profile, network: 'none', limits }));
      }),
    );
  });
  after(() => hostile.dispose());

  for (const profile of profileNames)
    describe(`in ${profile}`, () => {
      /** Runs Perl and gives what it prints. */
      const perl = async (program: string, user?: string) => {
        const { out } = await hostile.sh(workspaces.get(profile)!, `perl -e '${program}'`, user);
        return out;
      };
      const isAlive = async () => {
        for (const workspace of [workspaces.get(profile)!, bystander])
          assert.equal((await hostile.sh(workspace, 'echo alive')).out, 'alive', workspace.name);
      };

      it('starts no more processes than its limit, however it forks', async () => {
        // every child forks again until the kernel refuses, and all of them end after a second
        const bomb = `
          alarm 5; $| = 1; my $until = time + 2; my $refused = 0;
          while (time < $until && !$refused) { my $child = fork; $refused = 1 if !defined $child; }
          print "refused\\n" if $refused; select undef, undef, undef, 1;`;
        const out = await perl(bomb);
        const count = out.split('\n').filter((line) => line === 'refused').length;
        assert.ok(count > 0 && count <= limits.pids, `${count} were refused`);
        await untilItForks();
        await isAlive();
      });

      it('takes no more memory than its limit, and no swap', async () => {
        const out = await perl(
          `$| = 1; my @all; for (1 .. 60) { push @all, "x" x (16 * ${mib}); print "$_\\n" }`,
        );
        const taken = Math.max(0, ...out.split('\n').map(Number).filter(Number.isFinite)) * 16;
        assert.ok(taken > 0 && taken < limits.memoryMiB, `${taken} MiB`);
        await isAlive();
      });

      it('fills its places in memory up to their size and no further', async () => {
        const places = ['/tmp', '/var/tmp', '$HOME', '/run'];
        for (const place of places) {
          const { code, out } = await hostile.sh(
            workspaces.get(profile)!,
            `head -c 40m /dev/zero > ${place}/fill; code=$?; stat -c %s ${place}/fill; rm ${place}/fill; exit $code`,
          );
          assert.notEqual(code, 0, place);
          const size = Number(out.split('\n').at(-1));
          assert.ok(size > 8 * mib && size <= limits.tmpMiB * mib, `${place}: ${size}`);
        }
        await isAlive();
      });

      it('fills its shared memory up to its size and no further', async () => {
        const { code } = await hostile.sh(
          workspaces.get(profile)!,
          'head -c 80m /dev/zero > /dev/shm/fill; code=$?; rm /dev/shm/fill; exit $code',
        );
        assert.notEqual(code, 0);
        await isAlive();
      });

      it('opens no more files than its limit, and cannot raise it', async () => {
        const program = `
          my @all; while (open my $file, "<", "/dev/null") { push @all, $file; last if @all > 20_000 }
          print scalar(@all), " ", $!{EMFILE} ? "EMFILE" : $!;`;
        for (const user of [undefined, '0:0']) {
          const [count, why] = (await perl(program, user)).split(' ');
          assert.equal(why, 'EMFILE');
          assert.ok(Number(count) > 1000 && Number(count) < openFiles[profile], count);
          const raised = await hostile.sh(workspaces.get(profile)!, 'ulimit -n 1048576', user);
          assert.notEqual(raised.code, 0);
        }
      });

      it('gets no environment that the kernel does not bear, and goes on after one', async () => {
        const workspace = workspaces.get(profile)!;
        const inside = await hostile.sh(
          workspace,
          'export BIG=$(head -c 3000000 /dev/zero | tr "\\0" x); true && /bin/true',
        );
        assert.notEqual(inside.code, 0);
        const big = 'x'.repeat(3 * mib);
        const { exitCode } = await hostile.core.service.exec(workspace.id, ['true'], { env: { BIG: big } });
        assert.notEqual(exitCode, 0);
        const wanted = hostile.create({ name: `big ${profile}`, network: 'none', env: { BIG: big } });
        assert.equal(await codeOf(wanted), 'invalidRequest');
        await isAlive();
      });

      /** The processes of a fork bomb end within two seconds; until then nothing can be started beside them. */
      const untilItForks = async () => {
        for (
          let tries = 0;
          (await codeOf(hostile.sh(workspaces.get(profile)!, 'true'))) !== 'resolved';
          tries++
        ) {
          assert.ok(tries < 40);
          await new Promise((done) => setTimeout(done, 250));
        }
      };
    });
});
