/** RFC 3261 12.1, RFC 6665 4.4.1, RFC 3515 2.4.6: methods whose 2xx makes a dialog. */
export const dialogMakers: readonly string[] = ['INVITE', 'SUBSCRIBE', 'REFER']
