/** What holder and client have in common, and how a client carries a terminal: the first part of `pythonHolder`. */
export const pythonCarrier = String.raw`
import fcntl, os, pty, select, signal, socket, struct, sys, termios, time
role, name, keep, start, columns, rows, sweep = sys.argv[1:8]
command = sys.argv[8:]
keep, start = int(keep), int(start)
KEPT, PIECE = 262144, 65536
address = b'\0cordon-terminal-' + name.encode()
signal.signal(signal.SIGPIPE, signal.SIG_IGN)
signal.signal(signal.SIGHUP, signal.SIG_IGN)
signal.signal(signal.SIGINT, signal.SIG_DFL)

def leave(word):
    os.write(2, b'cordon: %s\n' % word.encode())
    os._exit(0)

def is_own(each):
    return struct.unpack('3i', each.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[1] == os.getuid()

def carry(server):
    fd = server.fileno()
    for each in (0, 1, fd):
        os.set_blocking(each, False)
    up, raw, down = b'%d %d\n' % (keep, start), bytearray(), b''
    left, reads, serves = 0, True, True
    while True:
        while not down and raw:
            if left:
                down = bytes(raw[:left])
                del raw[:left]
                left -= len(down)
                continue
            if len(raw) < 5:
                break
            kind, size = struct.unpack('>cI', raw[:5])
            del raw[:5]
            if kind == b'x':
                leave('exit %d' % size)
            left = size
        if not serves and not down:
            leave('closed')
        if not reads and not up:
            os._exit(0)
        r = ([0] if reads and not up else []) + ([fd] if serves and not down else [])
        w = ([1] if down else []) + ([fd] if up else [])
        r, w, _ = select.select(r, w, [])
        if 0 in r:
            try:
                up = os.read(0, PIECE)
                reads = up != b''
            except BlockingIOError:
                pass
            except OSError:
                reads = False
        if fd in r:
            try:
                more = os.read(fd, PIECE)
                serves = more != b''
                raw += more
            except BlockingIOError:
                pass
            except OSError:
                serves = False
        if 1 in w:
            try:
                down = down[os.write(1, down):]
            except BlockingIOError:
                pass
            except OSError:
                os._exit(1)
        if fd in w:
            try:
                up = up[os.write(fd, up):]
            except BlockingIOError:
                pass
            except OSError:
                up = b''

def join_holder():
    try:
        server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        server.connect(address)
    except OSError:
        leave('none')
    if not is_own(server):
        leave('none')
    carry(server)
`;
