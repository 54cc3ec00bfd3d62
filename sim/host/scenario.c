/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Scenario files: the frame of sections, and what `--set` and a variant change before they are
 * read. Everything is checked before anything runs; the manifests themselves are checked by the
 * SPMC when the world is built.
 */
#include "host/scenario.h"
#include "host/variants.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static const char *const section_words[] = {"goal",	 "claim",    "machine", "partitions",
					    "tasks",	 "inject",   "expect",	"decide-at",
					    "decisions", "variants", "table",	"compare"};

size_t scn_sections(const struct vsection **out)
{
	static struct vsection sections[3];

	sections[0] = scn_machine_section;
	sections[1] = scn_partition_section;
	sections[2] = (struct vsection){"decisions[]", scn_decision_keys, SCN_DECISION_KEYS};
	*out = sections;
	return sizeof(sections) / sizeof(sections[0]);
}

const char *scn_find_path(struct scn *s, const char *path)
{
	const char *slash = strrchr(s->path, '/'), *beside;

	if (!access(path, R_OK) || path[0] == '/' || !slash)
		return path;
	beside = pool_printf(&s->pool, "%.*s/%s", (int)(slash - s->path), s->path, path);
	return access(beside, R_OK) ? path : beside;
}

static int read_claims(struct scn *s, const struct ynode *n)
{
	if (!n)
		return 0;
	for (size_t i = 0; i < (n->type == YNODE_SEQ ? n->count : 1); i++) {
		const struct ynode *c = n->type == YNODE_SEQ ? n->item[i] : n;
		uint64_t v;

		if (c->type != YNODE_SCALAR || c->text[0] != 'C' || !word_u64(c->text + 1, &v) ||
		    v < 1 || v > 10)
			return DIAG_NODE(s->d, c, "a claim must be one of C1..C10");
		s->claim_mask |= 1u << v;
	}
	return 0;
}

/* "# Goal: ..." on the first lines, continued by comment lines up to the first numbered one. */
static void read_goal_comment(struct scn *s)
{
	FILE *f = fopen(s->path, "re");
	char line[512], goal[1024] = "";

	while (f && fgets(line, sizeof(line), f) && line[0] == '#') {
		char *p = line + 1;

		while (*p == ' ')
			p++;
		p[strcspn(p, "\n")] = '\0';
		if (!strncmp(p, "SPDX", 4) || (!*p && !goal[0]))
			continue;
		if (!*p || (goal[0] && *p >= '0' && *p <= '9') ||
		    strlen(goal) + strlen(p) + 2 > sizeof(goal))
			break;
		if (goal[0])
			strcat(goal, " ");
		strcat(goal, strncmp(p, "Goal: ", 6) ? p : p + 6);
	}
	if (f)
		fclose(f);
	s->goal = pool_strdup(&s->pool, goal);
}

static int read_root(struct scn *s)
{
	struct ynode *root = s->root;
	const struct ynode *goal;

	if (root->type != YNODE_MAP)
		return DIAG_NODE(s->d, root, "a scenario must be a map of sections, not %s",
				 ynode_kind(root));
	for (size_t i = 0; i < root->count; i++) {
		bool known = false;

		for (size_t j = 0; j < sizeof(section_words) / sizeof(section_words[0]); j++)
			known |= !strcmp(section_words[j], root->key[i]->text);
		if (!known)
			return vkey_unknown(s, root->key[i], NULL, 0, section_words,
					    sizeof(section_words) / sizeof(section_words[0]));
	}
	goal = ynode_get(root, "goal");
	if (goal && goal->type == YNODE_SCALAR)
		s->goal = goal->text;
	if (read_claims(s, ynode_get(root, "claim")) ||
	    scn_read_machine(s, ynode_get(root, "machine")) ||
	    scn_read_partitions(s, ynode_get(root, "partitions")) ||
	    scn_read_tasks(s, ynode_get(root, "tasks")) ||
	    scn_read_injections(s, ynode_get(root, "inject")) ||
	    scn_read_expectations(s, ynode_get(root, "expect")) ||
	    scn_read_decide_at(s, ynode_get(root, "decide-at")) ||
	    scn_read_decisions(s, ynode_get(root, "decisions")) || guest_points_fit(s))
		return -EINVAL;
	return scn_read_variants(s, root);
}

static void set_name(struct scn *s, const char *path)
{
	const char *slash = strrchr(path, '/');
	char *name, *dot;

	s->path = pool_strdup(&s->pool, path);
	name = pool_strdup(&s->pool, slash ? slash + 1 : path);
	dot = strrchr(name, '.');
	if (dot && dot != name)
		*dot = '\0';
	s->name = name;
}

static bool about_variants(const char *set)
{
	return !strncmp(set, "variants", 8) || !strncmp(set, "table", 5) ||
	       !strncmp(set, "compare", 7);
}

static int apply_sets(struct scn *s, const char *const *sets, size_t count, bool variants)
{
	for (size_t i = 0; i < count; i++) {
		if (about_variants(sets[i]) == variants &&
		    (s->root->type != YNODE_MAP || ynode_set(&s->pool, s->root, sets[i], s->d)))
			return -EINVAL;
	}
	return 0;
}

int scn_load(struct scn *s, const char *path, const char *const *sets, size_t set_count,
	     struct diag *d)
{
	return scn_load_variant(s, path, NULL, sets, set_count, d);
}

int scn_load_variant(struct scn *s, const char *path, const char *variant, const char *const *sets,
		     size_t set_count, struct diag *d)
{
	memset(s, 0, sizeof(*s));
	s->d = d;
	set_name(s, path);
	s->root = ynode_load(&s->pool, path, d);
	if (!s->root)
		return -EINVAL;
	read_goal_comment(s);
	if (!variant)
		return apply_sets(s, sets, set_count, true) || apply_sets(s, sets, set_count, false)
			       ? -EINVAL
			       : read_root(s);
	/* What changes a variant comes before it is taken; the rest has the last word. */
	if (apply_sets(s, sets, set_count, true) || scn_take_variant(s, variant) ||
	    apply_sets(s, sets, set_count, false))
		return -EINVAL;
	return read_root(s);
}

int scn_load_text(struct scn *s, const char *name, const char *text, struct diag *d)
{
	memset(s, 0, sizeof(*s));
	s->d = d;
	set_name(s, name);
	s->goal = "";
	s->root = ynode_parse(&s->pool, name, text, d);
	return s->root ? read_root(s) : -EINVAL;
}

void scn_free(struct scn *s)
{
	pool_free(&s->pool);
}
