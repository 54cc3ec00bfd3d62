/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Images of AArch64 code as an SPMC meets them (optee.md 3.13): an ELF with `.sp_head`, a
 * static-PIE ELF, a flat binary, or one of these in an SP package. Read and checked here, placed in
 * memory by the back end. Nothing in an image is trusted: every offset is checked against the file.
 * Not modelled: dynamic linking against other objects, BTI notes, compressed images.
 */
#ifndef FFASIM_SP_GIMAGE_H
#define FFASIM_SP_GIMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GIMAGE_SEGMENTS_MAX 16
#define GIMAGE_STACK_BYTES 65536 /* of Trusted Services SPs; for images that state none */

enum gimage_format { GIMAGE_ELF, GIMAGE_FLAT };

struct gimage_segment {
	uint64_t va; /* page aligned, from the start of the image */
	uint32_t pages;
	uint32_t access; /* EC_MAP_* */
};

struct gimage {
	enum gimage_format format;
	uint8_t *file;
	size_t file_bytes;
	const uint8_t *body; /* the ELF or flat part of the file */
	size_t body_bytes;
	struct gimage_segment segment[GIMAGE_SEGMENTS_MAX]; /* by address, no two share a page */
	unsigned segment_count;
	uint64_t base;	      /* what relocation subtracts: the lowest segment address of the ELF */
	uint64_t bytes;	      /* from base to the end of the last segment */
	uint64_t entry;	      /* from the start of the image */
	uint32_t stack_bytes; /* 0: the code sets its own */
	bool has_sp_head;
	uint8_t uuid[16];
};

/* Reads and checks. @flat: bytes that are neither ELF nor package are code. -ENOENT, -ENOEXEC,
 * -ENOMEM with a static reason; @out holds nothing then. */
int gimage_load(const char *path, bool flat, struct gimage *out, const char **why);
/* As above, from memory; takes no copy. */
int gimage_parse(const uint8_t *file, size_t bytes, bool flat, struct gimage *out,
		 const char **why);
void gimage_free(struct gimage *g);
/* Whether the head of a file is of one of the formats above (flat ones have none). */
bool gimage_recognises(const uint8_t *head, size_t len_bytes);

/* Contents of one segment at @to (zeroed, segment->pages long). */
void gimage_fill(const struct gimage *g, unsigned segment, uint8_t *to);
/* Calls @put for each word to relocate, with its image offset and its value when the image lies at
 * @load_va (NULL: only looks). False when a relocation is of an unknown type or lies outside of the
 * segments. */
bool gimage_relocate(const struct gimage *g, uint64_t load_va,
		     void (*put)(void *ctx, uint64_t offset, uint64_t value), void *ctx);
/* Image offset of a symbol; false when there is none. */
bool gimage_symbol(const struct gimage *g, const char *name, uint64_t *offset, uint64_t *bytes);
/* Function or object at an image offset: its name and the distance from its start. NULL = none. */
const char *gimage_symbol_at(const struct gimage *g, uint64_t offset, uint64_t *distance);

#endif
