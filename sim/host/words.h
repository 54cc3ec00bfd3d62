/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Words of the scenario language: numbers, times, ranges, errno names, the nearest valid word, and
 * the one-line diagnostic "file:line:column: what is wrong".
 */
#ifndef FFASIM_HOST_WORDS_H
#define FFASIM_HOST_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The first problem found wins; later ones are usually consequences. */
struct diag {
	bool set;
	char text[512];
};

/* @line 0 = the file as a whole. Always returns -EINVAL. */
int diag_at(struct diag *d, const char *file, int line, int column, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));

/* Memory that lives as long as one scenario. */
struct pool {
	struct pool_block *blocks;
};
void *pool_alloc(struct pool *pool, size_t bytes); /* zeroed; NULL = no memory */
char *pool_strdup(struct pool *pool, const char *text);
char *pool_printf(struct pool *pool, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void pool_free(struct pool *pool);

/* The word of @list (count words) with the least edit distance to @word, the part before a dot left
 * out or not; NULL when the list is empty.
 */
const char *word_nearest(const char *word, const char *const *list, size_t count);
/* Decimal, 0x hex, leading minus; underscores and commas between digits. */
bool word_i64(const char *text, int64_t *out);
bool word_u64(const char *text, uint64_t *out);
/* 250ns, 10us, 4ms, 3s, 3min, 0 */
bool word_time(const char *text, uint64_t *out_ns);
/* 4KiB, 2MiB, 4096 */
bool word_bytes(const char *text, uint64_t *out);
/* "EBUSY" -> 16; the errno names the stack uses. */
bool word_errno(const char *text, int64_t *out);
const char *word_errno_name(int64_t err); /* "EBUSY" for 16 and -16; NULL when unknown */
/* "FFA_RUN", "RUN", "BUSY" -> value as in a 32-bit register; see words.c */
bool word_ffa(const char *text, uint64_t *out);
const char *word_fid_name(uint64_t fid);    /* "DIRECT_REQ"; NULL when unknown */
const char *word_ffa_error_name(int32_t v); /* "BUSY" */

/* "TEE_ERROR_BUSY" -> 0xffff000d */
bool word_tee(const char *text, uint64_t *out);
const char *word_tee_name(uint64_t value); /* NULL for success and what is unknown */

/* 1,234,567 in a static ring of buffers. */
const char *text_thousands(uint64_t value);
/* 10.415 ms with thousands separators off, in a static ring of buffers. */
const char *text_ms(uint64_t ns);
/* Shortest exact form: 4ms, 3min, 1500ns. */
const char *text_time(uint64_t ns);
bool text_glob(const char *pattern, const char *text); /* '*' only */

#endif
