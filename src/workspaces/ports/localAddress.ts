/** Only this machine reaches a forwarded port. */
export const localAddress = '127.0.0.1';
