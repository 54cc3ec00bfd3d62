/* SPDX-License-Identifier: BSD-3-Clause */
/* The closed vocabulary: one table-driven reader of YAML maps, and its messages. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "host/scenario.h"

static int wrong(struct scn *s, const struct ynode *n, const char *key, const char *want)
{
	if (n->type != YNODE_SCALAR)
		return DIAG_NODE(s->d, n, "'%s' must be %s, not %s", key, want, ynode_kind(n));
	return DIAG_NODE(s->d, n, "'%s' must be %s, not '%s'", key, want, n->text);
}

int scn_read_word(struct scn *s, const struct ynode *n, const char *what, const char *const *words,
		  unsigned *out)
{
	size_t c = 0;

	if (n->type != YNODE_SCALAR)
		return wrong(s, n, what, "one word");
	for (; words[c]; c++) {
		if (!strcmp(words[c], n->text)) {
			*out = (unsigned)c;
			return 0;
		}
	}
	return DIAG_NODE(s->d, n, "'%s' cannot be '%s' (did you mean '%s'?)", what, n->text,
			 word_nearest(n->text, words, c));
}

int vkey_unknown(struct scn *s, const struct ynode *key, const struct vkey *keys, size_t count,
		 const char *const *more, size_t more_count)
{
	const char *words[256];
	size_t n = 0;

	for (size_t i = 0; i < count && n < 256; i++)
		words[n++] = keys[i].name;
	for (size_t i = 0; i < more_count && n < 256; i++)
		words[n++] = more[i];
	if (!n)
		return DIAG_NODE(s->d, key, "unknown key '%s' (none is known here)", key->text);
	return DIAG_NODE(s->d, key, "unknown key '%s' (did you mean '%s'?)", key->text,
			 word_nearest(key->text, words, n));
}

static int pe_number(struct scn *s, const struct ynode *n, const char *key, uint64_t *out)
{
	if (n->type != YNODE_SCALAR || !word_u64(n->text, out))
		return wrong(s, n, key, "a PE number");
	if (*out >= s->mach.pes)
		return DIAG_NODE(s->d, n, "PE %s does not exist (the machine has PEs 0..%u)",
				 n->text, s->mach.pes - 1);
	return 0;
}

static int read_pes(struct scn *s, const struct ynode *n, const char *key, uint64_t *mask)
{
	uint64_t pe;

	*mask = 0;
	if (n->type == YNODE_SCALAR) {
		if (pe_number(s, n, key, &pe))
			return -EINVAL;
		*mask = 1ull << pe;
		return 0;
	}
	if (n->type != YNODE_SEQ || !n->count)
		return wrong(s, n, key, "a list of PE numbers");
	for (size_t i = 0; i < n->count; i++) {
		if (pe_number(s, n->item[i], key, &pe))
			return -EINVAL;
		*mask |= 1ull << pe;
	}
	return 0;
}

/* A register: number, FID or FF-A error name, or a partition's name for its id; "spin<<16". */
static int read_reg(struct scn *s, const struct ynode *n, struct scn_regs *r, int i)
{
	int64_t v;
	char name[64];
	const char *shift;

	r->part[i] = -1;
	if (n->type != YNODE_SCALAR)
		return wrong(s, n, "register", "a number or a name");
	if (!strcmp(n->text, "_"))
		return 0;
	r->given[i] = true;
	if (word_i64(n->text, &v)) {
		r->x[i] = v < 0 ? (uint32_t)v : (uint64_t)v;
		return 0;
	}
	if (word_ffa(n->text, &r->x[i]))
		return 0;
	shift = strstr(n->text, "<<");
	if (strlen(n->text) < sizeof(name)) {
		uint64_t by = 0;

		strcpy(name, n->text);
		if (shift) {
			char *bar;

			name[shift - n->text] = '\0';
			bar = strchr(name + (shift - n->text) + 1, '|');
			if (bar) {
				*bar = '\0';
				if (!word_u64(bar + 1, &r->x[i]))
					return wrong(s, n, "register", "name<<shift|number");
			}
			if (!word_u64(name + (shift - n->text) + 2, &by) || by > 48)
				return wrong(s, n, "register", "name<<shift");
		}
		for (size_t p = 0; p < s->part_count; p++) {
			if (!strcmp(s->part[p].name, name)) {
				r->part[i] = (int16_t)p;
				r->part_shift[i] = (uint8_t)by;
				return 0;
			}
		}
	}
	return wrong(s, n, "register", "a number, an FF-A name or a partition");
}

static struct scn_regs *read_regs(struct scn *s, const struct ynode *n, const char *key)
{
	struct scn_regs *r = pool_alloc(&s->pool, sizeof(*r));

	if (n->type != YNODE_SEQ || !n->count || n->count > SCN_REGS) {
		wrong(s, n, key, "a list of 1 to 18 registers");
		return NULL;
	}
	for (size_t i = 0; i < SCN_REGS; i++)
		r->part[i] = -1;
	for (size_t i = 0; i < n->count; i++) {
		if (read_reg(s, n->item[i], r, (int)i))
			return NULL;
	}
	r->count = (int)n->count;
	return r;
}

/* 5, 3..7, EBUSY, BUSY, 4ms..5ms */
static bool read_range(const char *text, struct scn_range *r)
{
	const char *dots = strstr(text, "..");
	char lo[64];
	uint64_t u;

	if (dots) {
		struct scn_range a = *r, b = *r;

		if (dots - text >= (long)sizeof(lo))
			return false;
		memcpy(lo, text, dots - text);
		lo[dots - text] = '\0';
		if (!read_range(lo, &a) || !read_range(dots + 2, &b) || b.hi < a.lo)
			return false;
		r->lo = a.lo;
		r->hi = b.hi;
		return true;
	}
	if (word_i64(text, &r->lo)) {
		r->hi = r->lo;
		return true;
	}
	if (word_errno(text, &r->lo)) {
		r->hi = r->lo;
		return true;
	}
	if (word_time(text, &u)) {
		r->lo = r->hi = (int64_t)u;
		return true;
	}
	if (word_tee(text, &u)) {
		r->lo = r->hi = (int64_t)u;
		return true;
	}
	if (word_ffa(text, &u)) {
		r->lo = r->hi = (int32_t)u;
		r->unsigned32 = true;
		return true;
	}
	return false;
}

static struct scn_expect *read_ranges(struct scn *s, const struct ynode *n, const char *key)
{
	struct scn_expect *e = pool_alloc(&s->pool, sizeof(*e));

	if (n->type == YNODE_SCALAR && !strcmp(n->text, "any")) {
		e->any = true;
		return e;
	}
	if (n->type == YNODE_SEQ) {
		/* registers of an SMC: [FFA_ERROR, _, BUSY] */
		struct scn_regs *r = read_regs(s, n, key);

		if (!r)
			return NULL;
		e->range = pool_alloc(&s->pool, sizeof(*e->range) * n->count);
		for (int i = 0; i < r->count; i++) {
			if (!r->given[i])
				continue;
			e->range[e->count++] =
				(struct scn_range){.name = pool_printf(&s->pool, "w%d", i),
						   .lo = (int64_t)r->x[i],
						   .hi = (int64_t)r->x[i],
						   .unsigned32 = true,
						   .is_partition = r->part[i] >= 0,
						   .part = r->part[i],
						   .part_shift = r->part_shift[i],
						   .node = n->item[i]};
		}
		return e;
	}
	if (n->type != YNODE_MAP) {
		wrong(s, n, key, "'any', a map of results or a list of registers");
		return NULL;
	}
	e->range = pool_alloc(&s->pool, sizeof(*e->range) * (n->count + 1));
	for (size_t i = 0; i < n->count; i++) {
		struct scn_range *r = &e->range[e->count];
		const struct ynode *v = n->item[i];

		r->name = n->key[i]->text;
		r->node = v;
		if (v->type != YNODE_SCALAR) {
			wrong(s, v, r->name, "a number, a range lo..hi or an error name");
			return NULL;
		}
		if (!strcmp(v->text, "any"))
			r->lo = INT64_MIN, r->hi = INT64_MAX;
		else if (!read_range(v->text, r)) {
			wrong(s, v, r->name, "a number, a range lo..hi or an error name");
			return NULL;
		}
		e->count++;
	}
	return e;
}

static struct scn_data *read_data(struct scn *s, const struct ynode *n, const char *key)
{
	struct scn_data *data = pool_alloc(&s->pool, sizeof(*data));
	size_t len;
	uint8_t *out;

	if (n->type != YNODE_SCALAR) {
		wrong(s, n, key, "text or 0x...");
		return NULL;
	}
	len = strlen(n->text);
	if (n->quoted || strncmp(n->text, "0x", 2)) {
		data->bytes = (const uint8_t *)n->text;
		data->count = len;
		return data;
	}
	out = pool_alloc(&s->pool, len);
	for (size_t i = 2; i + 1 < len + 1 && n->text[i]; i += 2) {
		char pair[3] = {n->text[i], n->text[i + 1], '\0'};
		char *end;

		out[data->count++] = (uint8_t)strtoul(pair, &end, 16);
		if (*end || !pair[1]) {
			wrong(s, n, key, "pairs of hex digits after 0x");
			return NULL;
		}
	}
	data->bytes = out;
	return data;
}

static int read_value(struct scn *s, const struct vkey *k, const struct ynode *n, void *to)
{
	uint64_t u;
	int64_t i;

	if (n->type != YNODE_SCALAR && k->type <= V_BYTES)
		return wrong(s, n, k->name, k->type == V_TIME ? "a time like 4ms" : "one word");
	switch (k->type) {
	case V_STR:
		*(const char **)to = n->text;
		return n->text[0] ? 0 : wrong(s, n, k->name, "a word");
	case V_U64:
		return word_u64(n->text, to) ? 0 : wrong(s, n, k->name, "a number");
	case V_I64:
		return word_i64(n->text, to) || word_errno(n->text, to)
			       ? 0
			       : wrong(s, n, k->name, "a number");
	case V_UINT:
		if (!word_u64(n->text, &u) || u > UINT32_MAX)
			return wrong(s, n, k->name, "a number");
		*(unsigned *)to = (unsigned)u;
		return 0;
	case V_INT:
		if (!word_i64(n->text, &i) || i > INT32_MAX || i < INT32_MIN)
			return wrong(s, n, k->name, "a number");
		*(int *)to = (int)i;
		return 0;
	case V_BOOL:
		if (!strcmp(n->text, "on") || !strcmp(n->text, "true") || !strcmp(n->text, "yes"))
			*(bool *)to = true;
		else if (!strcmp(n->text, "off") || !strcmp(n->text, "false") ||
			 !strcmp(n->text, "no"))
			*(bool *)to = false;
		else
			return wrong(s, n, k->name, "on or off");
		return 0;
	case V_TIME:
		return word_time(n->text, to)
			       ? 0
			       : wrong(s, n, k->name, "a time like 250ns, 10us, 4ms, 3s, 3min");
	case V_BYTES:
		return word_bytes(n->text, to) ? 0
					       : wrong(s, n, k->name, "a size like 4096 or 4KiB");
	case V_PE:
		if (k->aux && n->type == YNODE_SCALAR && !strcmp(n->text, k->aux)) {
			*(int *)to = SCN_PE_EVENT;
			return 0;
		}
		if (pe_number(s, n, k->name, &u))
			return -EINVAL;
		*(int *)to = (int)u;
		return 0;
	case V_PES:
		return read_pes(s, n, k->name, to);
	case V_ENUM:
		return scn_read_word(s, n, k->name, k->aux, to);
	case V_TASK:
		*(int *)to = scn_task_index(s, n);
		return *(int *)to < 0 ? -EINVAL : 0;
	case V_PART:
		*(int *)to = scn_part_index(s, n);
		return *(int *)to < 0 ? -EINVAL : 0;
	case V_EVENT:
		*(struct epat **)to = epat_parse(s, n);
		return *(struct epat **)to ? 0 : -EINVAL;
	case V_REGS:
		*(struct scn_regs **)to = read_regs(s, n, k->name);
		return *(struct scn_regs **)to ? 0 : -EINVAL;
	case V_RANGES:
		*(struct scn_expect **)to = read_ranges(s, n, k->name);
		return *(struct scn_expect **)to ? 0 : -EINVAL;
	case V_DATA:
		*(struct scn_data **)to = read_data(s, n, k->name);
		return *(struct scn_data **)to ? 0 : -EINVAL;
	case V_NODE:
		*(const struct ynode **)to = n;
		return 0;
	}
	return -EINVAL;
}

int vmap_parse(struct scn *s, const struct ynode *map, const struct vkey *keys, size_t count,
	       void *out,
	       int (*other)(struct scn *s, const char *key, const struct ynode *value, void *ctx),
	       void *ctx)
{
	int err;

	if (map->type != YNODE_MAP)
		return DIAG_NODE(s->d, map, "this must be a map of key: value, not %s",
				 ynode_kind(map));
	for (size_t i = 0; i < map->count; i++) {
		const struct vkey *k = NULL;

		for (size_t j = 0; j < count && !k; j++) {
			if (!strcmp(keys[j].name, map->key[i]->text))
				k = &keys[j];
		}
		if (k)
			err = read_value(s, k, map->item[i], (char *)out + k->off);
		else if (other)
			err = other(s, map->key[i]->text, map->item[i], ctx);
		else
			err = -ENOENT;
		if (err == -ENOENT)
			err = vkey_unknown(s, map->key[i], keys, count, NULL, 0);
		if (err)
			return err;
	}
	for (size_t j = 0; j < count; j++) {
		if (keys[j].required && !ynode_get(map, keys[j].name))
			return DIAG_NODE(s->d, map, "key '%s' is missing", keys[j].name);
	}
	return 0;
}
