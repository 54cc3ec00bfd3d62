/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * SHA-3 (FIPS 202). OpenSSL has it only in contexts on its own heap, which cannot be kept in an
 * SP's memory nor copied with it; so the permutation and the sponge are here. The unit test holds
 * it against OpenSSL's.
 */
#include "prim.h"

#include <string.h>

#define ROUNDS 24

static uint64_t turn(uint64_t v, unsigned by)
{
	return by ? v << by | v >> (64 - by) : v;
}

/* Bits of the constants come from a shift register, x^8 + x^6 + x^5 + x^4 + 1 (3.2.5). */
static uint64_t round_constant(uint8_t *lfsr)
{
	uint64_t v = 0;

	for (unsigned j = 0; j <= 6; j++) {
		if (*lfsr & 1)
			v |= 1ull << ((1u << j) - 1);
		*lfsr = (uint8_t)(*lfsr << 1 ^ (*lfsr >> 7 ? 0x71 : 0));
	}
	return v;
}

static void mix_columns(uint64_t a[25])
{
	uint64_t c[5];

	for (unsigned x = 0; x < 5; x++)
		c[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
	for (unsigned x = 0; x < 5; x++)
		for (unsigned y = 0; y < 25; y += 5)
			a[x + y] ^= c[(x + 4) % 5] ^ turn(c[(x + 1) % 5], 1);
}

/* Rho and pi: along the path of pi each lane moves on and is turned by a triangular number. */
static void move_lanes(uint64_t a[25])
{
	unsigned x = 1, y = 0;
	uint64_t carried = a[1];

	for (unsigned t = 0; t < 24; t++) {
		const unsigned next = (2 * x + 3 * y) % 5;
		uint64_t here;

		x = y;
		y = next;
		here = a[x + 5 * y];
		a[x + 5 * y] = turn(carried, (t + 1) * (t + 2) / 2 % 64);
		carried = here;
	}
}

static void mix_rows(uint64_t a[25])
{
	for (unsigned y = 0; y < 25; y += 5) {
		uint64_t row[5];

		memcpy(row, a + y, sizeof(row));
		for (unsigned x = 0; x < 5; x++)
			a[y + x] = row[x] ^ (~row[(x + 1) % 5] & row[(x + 2) % 5]);
	}
}

static void permute(uint64_t a[25])
{
	uint8_t lfsr = 1;

	for (unsigned i = 0; i < ROUNDS; i++) {
		mix_columns(a);
		move_lanes(a);
		mix_rows(a);
		a[0] ^= round_constant(&lfsr);
	}
}

void prim_keccak_init(struct prim_keccak *k, size_t hash_bytes)
{
	*k = (struct prim_keccak){.rate = 200 - 2 * (uint32_t)hash_bytes};
}

static void take_in(struct prim_keccak *k, uint32_t at, uint8_t byte)
{
	k->lane[at / 8] ^= (uint64_t)byte << 8 * (at % 8);
}

void prim_keccak_update(struct prim_keccak *k, const uint8_t *data, size_t len)
{
	while (len--) {
		take_in(k, k->at, *data++);
		if (++k->at == k->rate) {
			permute(k->lane);
			k->at = 0;
		}
	}
}

void prim_keccak_final(struct prim_keccak *k, uint8_t *out, size_t hash_bytes)
{
	take_in(k, k->at, 0x06); /* the two bits of SHA-3, then the padding's first one */
	take_in(k, k->rate - 1, 0x80);
	permute(k->lane);
	for (size_t i = 0; i < hash_bytes; i++) /* at most 64: a block is never shorter */
		out[i] = (uint8_t)(k->lane[i / 8] >> 8 * (i % 8));
}
