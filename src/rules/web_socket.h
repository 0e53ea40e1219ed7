#ifndef RULES_WEB_SOCKET_H
#define RULES_WEB_SOCKET_H
/* How a server shows that it has understood a WebSocket's handshake (RFC 6455, 4.2.2). */

enum { WEB_SOCKET_ACCEPT = 29 };

/* Sec-WebSocket-Accept of a Sec-WebSocket-Key, into out, which is returned. */
char *web_socket_accept_key(const char *key, char out[WEB_SOCKET_ACCEPT]);

#endif
