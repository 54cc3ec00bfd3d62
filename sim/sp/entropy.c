/* SPDX-License-Identifier: BSD-3-Clause */
#include "sp/entropy.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define PART_MAX 256 /* what getrandom() gives in one piece or not at all */

static bool from_host;

void entropy_from_host(void)
{
	from_host = true;
}

bool entropy_is_host(void)
{
	return from_host;
}

static void take_host(uint8_t *to, size_t len_bytes)
{
	while (len_bytes) {
		const size_t part = len_bytes < PART_MAX ? len_bytes : PART_MAX;

		if (getrandom(to, part, 0) != (ssize_t)part)
			abort(); /* nothing else would be as good */
		to += part;
		len_bytes -= part;
	}
}

void entropy_take(struct prng *seeded, void *buf, size_t len_bytes)
{
	uint8_t *to = buf;

	if (from_host) {
		take_host(to, len_bytes);
		return;
	}
	while (len_bytes) {
		const uint64_t word = prng_next(seeded);
		const size_t n = len_bytes < sizeof(word) ? len_bytes : sizeof(word);

		memcpy(to, &word, n);
		to += n;
		len_bytes -= n;
	}
}
