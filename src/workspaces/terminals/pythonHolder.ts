import { pythonCarrier } from './pythonCarrier.ts';

/** Holds a terminal, in Python: see `holders.ts` for what it is given and says. */
export const pythonHolder = String.raw`${pythonCarrier}
class Holder:
    def __init__(self, listener, master, shell):
        self.listener, self.master, self.shell = listener, master, shell
        self.keep, self.alone = keep, time.monotonic()
        self.ring, self.total, self.sent = bytearray(), 0, 0
        self.client, self.raw, self.out, self.typed = None, bytearray(), b'', b''
        # The end of the shell wakes whoever waits for something to read.
        self.woken, waking = os.pipe()
        os.set_blocking(waking, False)
        signal.set_wakeup_fd(waking)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self.over, self.hung, self.code, self.told = False, False, None, False

    def reap(self):
        if self.code is None:
            pid, status = os.waitpid(self.shell, os.WNOHANG)
            if pid:
                self.code = 128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)

    def drop(self):
        if self.client:
            self.client.close()
        self.client, self.raw, self.out, self.alone = None, bytearray(), b'', time.monotonic()

    def welcome(self):
        try:
            new, _ = self.listener.accept()
        except OSError:
            return
        try:
            new.settimeout(1)
            hello = b''
            # What follows the line belongs to the next frame.
            while is_own(new) and len(hello) < 64 and not hello.endswith(b'\n'):
                one = new.recv(1)
                if not one:
                    break
                hello += one
            kept, wanted = (int(each) for each in hello.split())
            if not hello.endswith(b'\n') or kept < 0 or wanted < 0:
                raise ValueError
        except (OSError, ValueError):
            new.close()
            return
        self.drop()
        self.keep, self.client = kept, new
        new.setblocking(False)
        begin = self.total - len(self.ring)
        if wanted == 0 and self.total:
            try:
                os.killpg(os.tcgetpgrp(self.master), signal.SIGWINCH)
            except OSError:
                pass
        if wanted < begin:
            # Begins with a whole line, not in the middle of a sequence.
            wanted = begin + 1 + self.ring.find(b'\n')
        self.sent = min(wanted, self.total)
        words = b'cordon %d %d\n' % (self.sent, self.total - self.sent)
        self.out = struct.pack('>cI', b'o', len(words)) + words

    def heed(self):
        raw = self.raw
        while len(raw) >= 5:
            kind, size = struct.unpack('>cI', raw[:5])
            if kind == b'r':
                fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack('4H', size & 0xffff, size >> 16, 0, 0))
                del raw[:5]
            elif kind == b'd' and size <= PIECE:
                if len(raw) < 5 + size:
                    break
                self.typed += bytes(raw[5:5 + size])
                del raw[:5 + size]
            else:
                self.drop()
                break

    def expire(self):
        if not self.over:
            marker = 'CORDON_SESSION_ID=' + os.environ.get('CORDON_SESSION_ID', '')
            try:
                os.execvp('sh', ['sh', '-c', sweep, 'sh', marker])
            except OSError:
                pass
        os._exit(0)

    def prepare(self):
        if not self.client or self.out:
            return
        if self.sent < self.total:
            at = self.sent - self.total + len(self.ring)
            chunk = bytes(self.ring[at:at + PIECE])
            self.sent += len(chunk)
            self.out = struct.pack('>cI', b'o', len(chunk)) + chunk
        elif self.told:
            os._exit(0)
        elif self.over:
            self.out = struct.pack('>cI', b'x', self.code)
            self.told = True

    def drain(self):
        try:
            more = os.read(self.master, PIECE)
        except BlockingIOError:
            return
        except OSError:
            more = b''
        if more:
            self.ring += more
            self.total += len(more)
            if len(self.ring) > 2 * KEPT:
                del self.ring[:-KEPT]
            return
        # Whoever has closed the terminal is about to end, or opens it again.
        self.reap()
        self.over = self.code is not None
        self.hung = not self.over

    def hold(self):
        listener, master = self.listener.fileno(), self.master
        while True:
            self.reap()
            self.prepare()
            rest = 5 if self.client else self.keep - (time.monotonic() - self.alone)
            if rest <= 0:
                self.expire()
            client = self.client.fileno() if self.client else -1
            drains = not self.over and not self.hung and (not self.client or self.total - self.sent < PIECE)
            r = [listener] + ([master] if drains else [])
            w = [master] if self.typed and not self.over else []
            if self.client and len(self.typed) < PIECE:
                r.append(client)
            if self.out:
                w.append(client)
            closes = self.code is not None and drains
            r, w, _ = select.select(r + [self.woken], w, [], 0.2 if closes or self.hung else min(rest, 5))
            self.hung = False
            if self.woken in r:
                os.read(self.woken, 64)
            if drains and master in r:
                self.drain()
            elif closes:
                self.over = True
            if master in w:
                try:
                    self.typed = self.typed[os.write(master, self.typed):]
                except BlockingIOError:
                    pass
                except OSError:
                    self.typed = b''
            if client in w:
                try:
                    self.out = self.out[self.client.send(self.out):]
                except BlockingIOError:
                    pass
                except OSError:
                    self.drop()
            if client in r and self.client:
                try:
                    more = self.client.recv(PIECE)
                    if more:
                        self.raw += more
                        self.heed()
                    else:
                        self.drop()
                except BlockingIOError:
                    pass
                except OSError:
                    self.drop()
            if self.over:
                self.typed = b''
            if listener in r:
                self.welcome()

if role == 'join':
    join_holder()
try:
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(address)
    listener.listen(8)
    listener.setblocking(False)
    master, slave = pty.openpty()
    fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack('4H', int(rows), int(columns), 0, 0))
    holder = os.fork()
except OSError:
    leave('none')
if holder:
    listener.close()
    os.close(master)
    os.close(slave)
    join_holder()
os.setsid()
nothing = os.open('/dev/null', os.O_RDWR)
for each in (0, 1, 2):
    os.dup2(nothing, each)
shell = os.fork()
if not shell:
    os.setsid()
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
    for each in (0, 1, 2):
        os.dup2(slave, each)
    os.closerange(3, 64)
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    try:
        os.execvp(command[0], command)
    except OSError as error:
        os.write(2, ('%s: %s\r\n' % (command[0], error.strerror)).encode())
    os._exit(127)
os.close(slave)
os.set_blocking(master, False)
os.chdir('/')
Holder(listener, master, shell).hold()
`;
