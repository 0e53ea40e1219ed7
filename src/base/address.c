/* By IANA's registries of special-purpose addresses (RFC 6890 and what came after it). Of IPv6 only what is handed out as global
 * unicast (2000::/3) is public, less what of it is set aside; so what is not known yet is not. An IPv4 address that travels inside an
 * IPv6 one is judged as itself. */
#include "base/address.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

struct block4 {
	uint32_t address;
	int bits;
};

#define V4(a, b, c, d) ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (uint32_t)(d))

static const struct block4 CLOSED4[] = {
	{ V4(0, 0, 0, 0), 8 },	      /* this host */
	{ V4(10, 0, 0, 0), 8 },	      /* private */
	{ V4(100, 64, 0, 0), 10 },    /* carriers' */
	{ V4(127, 0, 0, 0), 8 },      /* loopback */
	{ V4(168, 63, 129, 16), 32 }, /* Azure's, to its machines */
	{ V4(169, 254, 0, 0), 16 },   /* link-local, and clouds' metadata */
	{ V4(172, 16, 0, 0), 12 },    /* private */
	{ V4(192, 0, 0, 0), 24 },     /* protocols' */
	{ V4(192, 0, 2, 0), 24 },     /* documentation */
	{ V4(192, 88, 99, 0), 24 },   /* 6to4 relays */
	{ V4(192, 168, 0, 0), 16 },   /* private */
	{ V4(198, 18, 0, 0), 15 },    /* measurements */
	{ V4(198, 51, 100, 0), 24 },  /* documentation */
	{ V4(203, 0, 113, 0), 24 },   /* documentation */
	{ V4(224, 0, 0, 0), 4 },      /* multicast */
	{ V4(240, 0, 0, 0), 4 },      /* reserved, and broadcast */
};

struct block6 {
	uint8_t address[16];
	int bits;
};

static const struct block6 OPEN6 = { { 0x20 }, 3 };
static const struct block6 CLOSED6[] = {
	{ { 0x20, 0x01, 0x00 }, 23 },	    /* protocols': Teredo, ORCHID, measurements */
	{ { 0x20, 0x01, 0x0d, 0xb8 }, 32 }, /* documentation */
	{ { 0x20, 0x02 }, 16 },		    /* 6to4 */
	{ { 0x3f, 0xff }, 20 },		    /* documentation */
};
/* An IPv4 address is their last four bytes. */
static const struct block6 CARRIES4[] = {
	{ { [10] = 0xff, [11] = 0xff }, 96 }, /* mapped */
	{ { 0x00, 0x64, 0xff, 0x9b }, 96 },   /* NAT64 */
};

static bool public4(uint32_t address)
{
	for (size_t i = 0; i < sizeof CLOSED4 / sizeof *CLOSED4; i++)
		if (!((address ^ CLOSED4[i].address) >> (32 - CLOSED4[i].bits)))
			return false;
	return true;
}

static bool within6(const uint8_t address[16], const struct block6 *block)
{
	int whole = block->bits / 8, rest = block->bits % 8;

	if (memcmp(address, block->address, (size_t)whole))
		return false;
	return !rest || !((address[whole] ^ block->address[whole]) >> (8 - rest));
}

static bool public6(const uint8_t address[16])
{
	for (size_t i = 0; i < sizeof CARRIES4 / sizeof *CARRIES4; i++)
		if (within6(address, &CARRIES4[i]))
			return public4(V4(address[12], address[13], address[14], address[15]));
	for (size_t i = 0; i < sizeof CLOSED6 / sizeof *CLOSED6; i++)
		if (within6(address, &CLOSED6[i]))
			return false;
	return within6(address, &OPEN6);
}

bool address_is_public(const struct sockaddr *address)
{
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;

	switch (address->sa_family) {
	case AF_INET:
		memcpy(&v4, address, sizeof v4);
		return public4(ntohl(v4.sin_addr.s_addr));
	case AF_INET6:
		memcpy(&v6, address, sizeof v6);
		return public6(v6.sin6_addr.s6_addr);
	default:
		return false;
	}
}

/* Is every bit from there on 0? */
static bool ends_empty(const uint8_t *address, size_t bytes, size_t bits)
{
	for (size_t i = bits; i < 8 * bytes; i++)
		if (address[i / 8] & 0x80 >> i % 8)
			return false;
	return true;
}

/* Reads a network: its bytes, how many these are (4 or 16), and its length in bits. False: it is none. */
static bool network_read(const char *text, uint8_t bytes[sizeof(struct in6_addr)], size_t *size, unsigned long *bits)
{
	char address[INET6_ADDRSTRLEN] = "", *end;
	const size_t len = strcspn(text, "/");

	if (len >= sizeof address)
		return false;
	memcpy(address, text, len);
	*size = memchr(text, ':', len) ? 16 : 4;
	*bits = 8 * *size;
	if (inet_pton(*size == 16 ? AF_INET6 : AF_INET, address, bytes) != 1)
		return false;
	if (text[len]) {
		if (text[len + 1] < '0' || text[len + 1] > '9')
			return false;
		*bits = strtoul(text + len + 1, &end, 10);
		if (*end || *bits > 8 * *size)
			return false;
	}
	return ends_empty(bytes, *size, *bits);
}

bool network_valid(const char *text)
{
	uint8_t bytes[sizeof(struct in6_addr)];
	unsigned long bits;
	size_t size;

	return network_read(text, bytes, &size, &bits);
}

bool network_has(const char *network, const char *address)
{
	uint8_t net[sizeof(struct in6_addr)], host[sizeof(struct in6_addr)];
	const char *plain = !strncasecmp(address, "::ffff:", 7) && strchr(address, '.') ? address + 7 : address;
	unsigned long bits;
	size_t size;

	if (!network_read(network, net, &size, &bits) || inet_pton(size == 16 ? AF_INET6 : AF_INET, plain, host) != 1)
		return false;
	for (size_t i = 0; i < bits; i++)
		if ((net[i / 8] ^ host[i / 8]) & 0x80 >> i % 8)
			return false;
	return true;
}
