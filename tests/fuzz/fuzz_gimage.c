/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Fuzz target of the image loader: whatever the bytes, parsing, filling, relocating and looking up
 * symbols stay inside of the file and of the segments.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sp/ec.h"
#include "sp/gimage.h"

#define SMALL_PAGES 256 /* larger images are only parsed */

static uint64_t words;

static void count_word(void *ctx, uint64_t offset, uint64_t value)
{
	const struct gimage *g = ctx;

	if (offset + 8 > g->bytes) {
		fprintf(stderr, "a relocation outside of the image\n");
		abort();
	}
	words += value;
}

static void use(const struct gimage *g)
{
	uint64_t offset, bytes;

	for (unsigned i = 0; i < g->segment_count; i++) {
		uint8_t *to;

		if (g->segment[i].pages > SMALL_PAGES)
			continue;
		to = calloc(g->segment[i].pages, PHYS_PAGE_BYTES);
		if (!to)
			abort();
		gimage_fill(g, i, to);
		free(to);
	}
	gimage_relocate(g, EC_IMAGE_VA, count_word, (void *)g);
	gimage_symbol(g, "ffasim_options", &offset, &bytes);
	gimage_symbol_at(g, g->entry, &offset);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
	for (int flat = 0; flat < 2; flat++) {
		struct gimage g;
		const char *why = NULL;
		const int err = gimage_parse(data, bytes, flat, &g, &why);

		if (err ? !why : !g.segment_count) {
			fprintf(stderr, "an answer without a reason, or nothing to run\n");
			abort();
		}
		if (!err)
			use(&g);
	}
	return 0;
}
