/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The partitions of a scenario: where manifest and image are, properties that win over those of the
 * manifest, options of the image. What is in a manifest is the SPMC's to check, as the world is
 * built.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "host/scenario.h"

static const struct vkey partition_keys[] = {
	{"name", V_STR, offsetof(struct scn_partition, name), true, "name of the partition"},
	{"manifest", V_STR, offsetof(struct scn_partition, manifest), false,
	 "manifest .dts or .dtb; default sps/NAME/NAME.dts"},
	{"image", V_STR, offsetof(struct scn_partition, image), false,
	 "image; default the native one beside the manifest"},
	{"service", V_STR, offsetof(struct scn_partition, service), false,
	 "service a session opens when it names none"},
	{"options", V_NODE, offsetof(struct scn_partition, options_node), false,
	 "map: options of the image"},
};

/* Properties of a manifest that a scenario may override. */
static const char *const property_words[] = {
	"compatible",
	"uuid",
	"ffa-version",
	"execution-state",
	"messaging-method",
	"ns-interrupts-action",
	"boot-order",
	"id",
	"elf-format",
	"gp-register-num",
	"vm-availability-messages",
	"execution-ctx-count",
	"exception-level",
	"xlat-granule",
	"entrypoint-offset",
	"load-address",
	"run-time-model",
	"notification-support",
	"managed-exit",
	"managed-exit-virq",
	"other-s-interrupts-action",
	"sri-interrupts-policy",
	"power-management-messages",
	"description",
};
#define PROPERTY_COUNT (sizeof(property_words) / sizeof(property_words[0]))

const struct vsection scn_partition_section = {"partitions[]", partition_keys,
					       sizeof(partition_keys) / sizeof(partition_keys[0])};

struct property_list {
	struct scn_partition *p;
	size_t count;
};

static int read_property(struct scn *s, const char *key, const struct ynode *value, void *ctx)
{
	struct property_list *l = ctx;
	const char *text;

	for (size_t i = 0; i < PROPERTY_COUNT; i++) {
		if (strcmp(property_words[i], key))
			continue;
		if (value->type != YNODE_SCALAR)
			return DIAG_NODE(s->d, value, "'%s' must be one word, not %s", key,
					 ynode_kind(value));
		text = value->text;
		if (!strcmp(key, "ns-interrupts-action")) {
			static const char *const words[] = {"queued", "managed-exit", "signaled"};

			for (size_t w = 0; w < 3; w++) {
				if (!strcmp(words[w], text))
					text = (const char *[]){"0", "1", "2"}[w];
			}
		}
		l->p->overrides[l->count++] = key;
		l->p->overrides[l->count++] = text;
		return 0;
	}
	return -ENOENT;
}

static bool exists_in_tree(const char *path)
{
	const char *base = strrchr(path, '/');

	return !access(path, R_OK) || world_find_file("sps", path) ||
	       world_find_file("sps", base ? base + 1 : path);
}

/* Manifest and image; the stem of the manifest's name is the usual service. */
static int find_files(struct scn *s, struct scn_partition *p)
{
	const struct ynode *n = p->node;
	const char *stem;

	if (!p->manifest)
		p->manifest = pool_printf(&s->pool, "sps/%s/%s.dts", p->name, p->name);
	p->manifest = scn_find_path(s, p->manifest);
	stem = strrchr(p->manifest, '/');
	stem = pool_strdup(&s->pool, stem ? stem + 1 : p->manifest);
	*strchrnul(stem, '.') = '\0';
	if (!exists_in_tree(p->manifest) &&
	    !world_find_file("sps", pool_printf(&s->pool, "%s.dtb", stem))) {
		const struct ynode *at = ynode_get(n, "manifest");

		return DIAG_NODE(s->d, at ? at : ynode_get(n, "name"), "no manifest %s",
				 p->manifest);
	}
	if (p->image) {
		p->image = scn_find_path(s, p->image);
		if (!exists_in_tree(p->image) &&
		    !world_find_file("sp", pool_printf(&s->pool, "%s.sp.so", p->image)))
			return DIAG_NODE(s->d, ynode_get(n, "image"), "no image %s", p->image);
	}
	if (!p->service)
		p->service = stem;
	return 0;
}

static int read_options(struct scn *s, struct scn_partition *p)
{
	const struct ynode *o = p->options_node;

	if (!o)
		return 0;
	if (o->type != YNODE_MAP)
		return DIAG_NODE(s->d, o, "'options' must be a map of option: value, not %s",
				 ynode_kind(o));
	p->options = pool_alloc(&s->pool, (o->count + 1) * sizeof(*p->options));
	for (size_t i = 0; i < o->count; i++) {
		uint64_t ns;

		if (o->item[i]->type != YNODE_SCALAR)
			return DIAG_NODE(s->d, o->item[i], "'%s' must be one word",
					 o->key[i]->text);
		p->options[i].key = o->key[i]->text;
		p->options[i].value = o->item[i]->text;
		/* Times travel as ns. */
		if (!word_u64(o->item[i]->text, &ns) && word_time(o->item[i]->text, &ns))
			p->options[i].value = pool_printf(&s->pool, "%llu", (unsigned long long)ns);
	}
	p->option_count = o->count;
	return 0;
}

static int read_partition(struct scn *s, const struct ynode *n)
{
	struct scn_partition *p = &s->part[s->part_count];
	struct property_list l = {.p = p};

	p->node = n;
	if (n->type != YNODE_MAP)
		return DIAG_NODE(s->d, n, "a partition must be a map like {name: spin}, not %s",
				 ynode_kind(n));
	p->overrides = pool_alloc(&s->pool, (2 * n->count + 1) * sizeof(char *));
	for (size_t i = 0; i < n->count; i++) {
		bool known = false;

		for (size_t j = 0; j < sizeof(partition_keys) / sizeof(partition_keys[0]); j++)
			known |= !strcmp(partition_keys[j].name, n->key[i]->text);
		for (size_t j = 0; j < PROPERTY_COUNT; j++)
			known |= !strcmp(property_words[j], n->key[i]->text);
		if (!known)
			return vkey_unknown(s, n->key[i], partition_keys,
					    sizeof(partition_keys) / sizeof(partition_keys[0]),
					    property_words, PROPERTY_COUNT);
	}
	if (vmap_parse(s, n, partition_keys, sizeof(partition_keys) / sizeof(partition_keys[0]), p,
		       read_property, &l))
		return -EINVAL;
	for (size_t i = 0; i < s->part_count; i++) {
		if (!strcmp(s->part[i].name, p->name))
			return DIAG_NODE(s->d, n, "two partitions are called '%s'", p->name);
	}
	if (find_files(s, p) || read_options(s, p))
		return -EINVAL;
	s->part_count++;
	return 0;
}

int scn_read_partitions(struct scn *s, const struct ynode *n)
{
	if (!n)
		return 0;
	if (n->type != YNODE_SEQ)
		return DIAG_NODE(s->d, n, "'partitions' must be a list, not %s", ynode_kind(n));
	if (n->count > WORLD_PARTITIONS_MAX)
		return DIAG_NODE(s->d, n, "more than %d partitions", WORLD_PARTITIONS_MAX);
	s->part = pool_alloc(&s->pool, (n->count + 1) * sizeof(*s->part));
	for (size_t i = 0; i < n->count; i++) {
		if (read_partition(s, n->item[i]))
			return -EINVAL;
	}
	return 0;
}

int scn_part_index(struct scn *s, const struct ynode *node)
{
	const char *words[WORLD_PARTITIONS_MAX];

	if (node->type != YNODE_SCALAR) {
		DIAG_NODE(s->d, node, "a partition must be a name, not %s", ynode_kind(node));
		return -1;
	}
	for (size_t i = 0; i < s->part_count; i++) {
		if (!strcmp(s->part[i].name, node->text))
			return (int)i;
		words[i] = s->part[i].name;
	}
	if (!s->part_count)
		DIAG_NODE(s->d, node, "unknown partition '%s' (the scenario has none)", node->text);
	else
		DIAG_NODE(s->d, node, "unknown partition '%s' (did you mean '%s'?)", node->text,
			  word_nearest(node->text, words, s->part_count));
	return -1;
}
