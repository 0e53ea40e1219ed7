#ifndef BASE_ADDRESS_H
#define BASE_ADDRESS_H
/* Which internet addresses are somebody's on the open internet, and which are of a network that only its own machines should reach. */
#include <stdbool.h>

struct sockaddr;

/* Is it an IPv4 or IPv6 address that anybody on the internet may reach? Not so: this machine's own, private and link-local ones,
 * carriers' shared ones, multicast, those for documentation and tests, those at which clouds tell their machines' secrets, and what
 * carries such an IPv4 address inside. Nothing else is: of another family, or reserved. */
bool address_is_public(const struct sockaddr *address);
/* Is text a network as CIDR writes it (RFC 4632, RFC 4291): "192.0.2.0/24", "2001:db8::/32", with no bit set behind its length? A
 * single address, without a length, is one too. */
bool network_valid(const char *text);
/* Does such a network hold an address, as text? One that is no network, or no address, does not; an IPv4 address may be written as IPv6
 * (RFC 4291, 2.5.5.2). */
bool network_has(const char *network, const char *address);

#endif
