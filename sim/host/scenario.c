/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Scenario files: machine, partitions and the frame of the rest. Everything is checked before
 * anything runs; the manifests themselves are checked by the SPMC when the world is built.
 */
#include "host/scenario.h"
#include "host/variants.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *const scn_preempt_words[] = {"none", "voluntary", "full", "lazy", NULL};
static const char *const points_words[] = {"calls", "access", NULL};
static const char *const linux_words[] = {"6.12", "7.x", NULL};
static const char *const tstee_words[] = {"merged", "rfc", NULL};

#define M(name_, type_, field_, doc_, ...)                                                         \
	{                                                                                          \
		name_, type_, offsetof(struct scn_machine, field_), false, doc_, ##__VA_ARGS__     \
	}
static const struct vkey machine_keys[] = {
	M("pes", V_UINT, pes, "number of processing elements, 1..64"),
	M("linux", V_ENUM, linux_generation, "version of the FF-A and TEE core drivers",
	  linux_words),
	M("preempt", V_ENUM, preempt, "preemption model of the kernel", scn_preempt_words),
	M("points", V_ENUM, points,
	  "where drivers and SPs can be interrupted: calls of the kernel, or each memory access",
	  points_words),
	M("preempt-dynamic", V_BOOL, preempt_dynamic, "model chosen at boot: RCU is preemptible"),
	M("profile", V_STR, profile, "SPMC profile"),
	M("tick", V_TIME, tick_ns, "period of the per-PE tick"),
	M("threads", V_UINT, threads, "thread pool of the SPMC; 0 = as the profile has it"),
	M("seed", V_U64, seed, "seed of the oracle; --seed wins"),
	M("time-limit", V_TIME, time_limit_ns, "virtual time after which the run is stopped"),
	M("watchdog", V_TIME, watchdog_ns,
	  "watchdog_thresh (10s); soft lockup at twice that; 0 = off"),
	M("hung-task", V_TIME, hung_task_ns, "hung task timeout (120s); 0 = off"),
	M("rcu-timeout", V_TIME, rcu_timeout_ns, "RCU CPU stall timeout (21s)"),
	M("hardlockup", V_BOOL, hardlockup, "buddy hard lockup detector"),
	M("scattered", V_BOOL, scattered,
	  "each page of a buffer is a range of its own, as after days of use"),
	M("leaks", V_BOOL, leaks, "unload modules at the end and look for leaked objects"),
	M("detectors", V_BOOL, detectors,
	  "lock order; with `points: access` data races and memory errors as well"),
	M("known-hazards", V_BOOL, known_hazards,
	  "memory that the tstee driver is known to give up unreclaimed is a finding as well"),
	M("cost", V_NODE, cost, "map: entry of the cost table -> time"),
	M("quirks", V_NODE, quirks, "map: quirk of the profile -> on or off"),
	M("test-lsp", V_BOOL, test_lsp, "the S-EL1 SPMC is a test build, with a logical partition"),
	M("skip-failed-sps", V_BOOL, skip_failed_sps, "boot goes on without SPs that fail"),
	M("tee-max-arg-size", V_UINT, tee_max_arg,
	  "TEE_MAX_ARG_SIZE: 1024 (linux 6.12) or 4096 (7.x)"),
	M("tstee", V_ENUM, tstee, "session design of the tstee driver", tstee_words),
	M("modules", V_NODE, modules, "list of modules in load order: a name or {name, path}"),
	M("module-files", V_NODE, module_files,
	  "map: module -> file that takes its place (what --module sets)"),
	M("module-params", V_NODE, module_params, "map: module -> map of its parameters"),
};
#undef M

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

static const char *const section_words[] = {"goal",	 "claim",    "machine", "partitions",
					    "tasks",	 "inject",   "expect",	"decide-at",
					    "decisions", "variants", "table",	"compare"};

size_t scn_sections(const struct vsection **out)
{
	static const struct vsection sections[] = {
		{"machine", machine_keys, sizeof(machine_keys) / sizeof(machine_keys[0])},
		{"partitions[]", partition_keys,
		 sizeof(partition_keys) / sizeof(partition_keys[0])},
		{"decisions[]", scn_decision_keys, SCN_DECISION_KEYS},
	};

	*out = sections;
	return sizeof(sections) / sizeof(sections[0]);
}

static int read_cost(struct scn *s)
{
	const struct ynode *n = s->mach.cost;
	static const char *const names[] = {
#define COST_NAME(name, ns, doc) #name,
		COST_TABLE(COST_NAME)
#undef COST_NAME
	};
	const size_t count = sizeof(names) / sizeof(names[0]);

	cost_init(&s->mach.cost_table);
	if (!n)
		return 0;
	if (n->type != YNODE_MAP)
		return DIAG_NODE(s->d, n, "'cost' must be a map of entry: time, not %s",
				 ynode_kind(n));
	for (size_t i = 0; i < n->count; i++) {
		uint64_t ns;
		char name[64];

		if (n->item[i]->type != YNODE_SCALAR || !word_time(n->item[i]->text, &ns))
			return DIAG_NODE(s->d, n->item[i], "'%s' must be a time like 300ns",
					 n->key[i]->text);
		snprintf(name, sizeof(name), "%s", n->key[i]->text);
		for (char *p = name; *p; p++)
			*p = *p == '-' ? '_' : *p;
		if (cost_set(&s->mach.cost_table, name, ns))
			return DIAG_NODE(s->d, n->key[i], "unknown cost '%s' (did you mean '%s'?)",
					 n->key[i]->text, word_nearest(name, names, count));
	}
	return 0;
}

static int read_quirks(struct scn *s)
{
	const struct ynode *n = s->mach.quirks;

	if (!n)
		return 0;
	if (n->type != YNODE_MAP)
		return DIAG_NODE(s->d, n, "'quirks' must be a map of quirk: on or off, not %s",
				 ynode_kind(n));
	s->mach.quirk_pairs = pool_alloc(&s->pool, (2 * n->count + 1) * sizeof(char *));
	for (size_t i = 0; i < n->count; i++) {
		const char *v = n->item[i]->type == YNODE_SCALAR ? n->item[i]->text : "";
		bool on = !strcmp(v, "on") || !strcmp(v, "true");

		if (!on && strcmp(v, "off") && strcmp(v, "false"))
			return DIAG_NODE(s->d, n->item[i], "'%s' must be on or off",
					 n->key[i]->text);
		s->mach.quirk_pairs[2 * i] = n->key[i]->text;
		s->mach.quirk_pairs[2 * i + 1] = on ? "on" : "off";
	}
	return 0;
}

/* Relative to the working directory first, then to the scenario's own folder. */
static const char *find_path(struct scn *s, const char *path)
{
	const char *slash = strrchr(s->path, '/'), *beside;

	if (!access(path, R_OK) || path[0] == '/' || !slash)
		return path;
	beside = pool_printf(&s->pool, "%.*s/%s", (int)(slash - s->path), s->path, path);
	return access(beside, R_OK) ? path : beside;
}

static int read_modules(struct scn *s)
{
	const struct ynode *n = s->mach.modules;

	if (!n)
		return 0;
	if (n->type != YNODE_SEQ || n->count > WORLD_MODULES_MAX)
		return DIAG_NODE(s->d, n, "'modules' must be a list of at most %d modules",
				 WORLD_MODULES_MAX);
	s->mach.no_modules = !n->count;
	s->mach.module = pool_alloc(&s->pool, (n->count + 1) * sizeof(*s->mach.module));
	for (size_t i = 0; i < n->count; i++) {
		const struct ynode *v = n->item[i];
		struct world_module *m = &s->mach.module[s->mach.module_count++];

		if (v->type == YNODE_SCALAR) {
			m->name = v->text;
		} else {
			static const struct vkey keys[] = {
				{"name", V_STR, offsetof(struct world_module, name), true, "name"},
				{"path", V_STR, offsetof(struct world_module, path), false, "file"},
			};

			if (vmap_parse(s, v, keys, 2, m, NULL, NULL))
				return -EINVAL;
		}
		if (m->path && access(m->path, R_OK))
			return DIAG_NODE(s->d, v, "module '%s': cannot read %s", m->name, m->path);
		if (!m->path) {
			const char *const *builtin = world_default_modules();
			bool known = false;
			size_t count = 0;

			for (; builtin[count]; count++)
				known |= !strcmp(builtin[count], m->name);
			if (!known)
				return DIAG_NODE(s->d, v,
						 "unknown module '%s' (did you mean '%s'?)",
						 m->name, word_nearest(m->name, builtin, count));
		}
	}
	return 0;
}

static struct world_module *use_module(struct scn *s, const struct ynode *at)
{
	struct scn_machine *m = &s->mach;

	if (!m->use)
		m->use = pool_alloc(&s->pool, WORLD_MODULES_MAX * sizeof(*m->use));
	for (size_t i = 0; i < m->use_count; i++)
		if (!strcmp(m->use[i].name, at->text))
			return &m->use[i];
	if (m->use_count == WORLD_MODULES_MAX) {
		DIAG_NODE(s->d, at, "more than %d modules", WORLD_MODULES_MAX);
		return NULL;
	}
	m->use[m->use_count].name = at->text;
	return &m->use[m->use_count++];
}

/* Files and parameters on top of the list, whatever it is: scenarios need not know of them. */
static int read_module_files(struct scn *s)
{
	const struct ynode *n = s->mach.module_files;

	if (n && n->type != YNODE_MAP)
		return DIAG_NODE(s->d, n, "'module-files' must be a map of module: file, not %s",
				 ynode_kind(n));
	for (size_t i = 0; n && i < n->count; i++) {
		struct world_module *m = use_module(s, n->key[i]);

		if (!m)
			return -EINVAL;
		if (n->item[i]->type != YNODE_SCALAR)
			return DIAG_NODE(s->d, n->item[i],
					 "the file of module '%s' must be one word", m->name);
		m->path = find_path(s, n->item[i]->text);
		if (access(m->path, R_OK))
			return DIAG_NODE(s->d, n->item[i], "module '%s': cannot read %s", m->name,
					 m->path);
	}
	return 0;
}

static int read_module_params(struct scn *s)
{
	const struct ynode *n = s->mach.module_params;

	if (n && n->type != YNODE_MAP)
		return DIAG_NODE(s->d, n, "'module-params' must be a map of module: map, not %s",
				 ynode_kind(n));
	for (size_t i = 0; n && i < n->count; i++) {
		const struct ynode *v = n->item[i];
		struct world_module *m = use_module(s, n->key[i]);
		const char **pairs;

		if (!m)
			return -EINVAL;
		if (v->type != YNODE_MAP)
			return DIAG_NODE(s->d, v, "the parameters of '%s' must be a map, not %s",
					 m->name, ynode_kind(v));
		pairs = pool_alloc(&s->pool, (2 * v->count + 1) * sizeof(*pairs));
		for (size_t j = 0; j < v->count; j++) {
			if (v->item[j]->type != YNODE_SCALAR)
				return DIAG_NODE(s->d, v->item[j], "'%s' must be one word",
						 v->key[j]->text);
			pairs[2 * j] = v->key[j]->text;
			pairs[2 * j + 1] = v->item[j]->text;
		}
		m->params = pairs;
	}
	return 0;
}

static int read_machine(struct scn *s, const struct ynode *n)
{
	struct klinux_config k;
	struct scn_machine *m = &s->mach;
	const struct ynode *v;

	klinux_config_init(&k);
	*m = (struct scn_machine){.pes = 2,
				  .preempt = k.preempt,
				  .preempt_dynamic = k.preempt_dynamic,
				  .profile = "optee-4.10",
				  .tick_ns = k.tick_ns,
				  .seed = 1,
				  .watchdog_ns = k.watchdog_thresh_s * 1000000000ull,
				  .rcu_timeout_ns = k.rcu_stall_timeout_s * 1000000000ull,
				  .hung_task_ns = k.hung_task_timeout_s * 1000000000ull,
				  .hardlockup = k.hardlockup_buddy,
				  .tee_max_arg = k.tee_max_arg_size,
				  .leaks = true,
				  .detectors = true,
				  .time_limit_ns = 3600000000000ull};
	if (n && vmap_parse(s, n, machine_keys, sizeof(machine_keys) / sizeof(machine_keys[0]), m,
			    NULL, NULL))
		return -EINVAL;
	v = n ? ynode_get(n, "pes") : NULL;
	if (m->pes < 1 || m->pes > PE_MAX)
		return DIAG_NODE(s->d, v, "'pes' must be 1..%d, not %u", PE_MAX, m->pes);
	if (!m->tick_ns || m->tick_ns < 100000 || m->tick_ns > 1000000000)
		return DIAG_NODE(s->d, ynode_get(n, "tick"), "'tick' must be 100us..1s");
	if (m->linux_generation && !(n && ynode_get(n, "tee-max-arg-size")))
		m->tee_max_arg = 4096;
	if (m->tee_max_arg != 1024 && m->tee_max_arg != 4096)
		return DIAG_NODE(s->d, ynode_get(n, "tee-max-arg-size"),
				 "'tee-max-arg-size' must be 1024 or 4096");
	v = n ? ynode_get(n, "profile") : NULL;
	if (v) {
		const char *const *names = spmc_profile_names();
		size_t c = 0;
		bool known = false;

		for (; names[c]; c++)
			known |= !strcmp(names[c], m->profile);
		if (!known)
			return DIAG_NODE(s->d, v, "unknown profile '%s' (did you mean '%s'?)",
					 m->profile, word_nearest(m->profile, names, c));
	}
	if (read_cost(s) || read_quirks(s) || read_modules(s) || read_module_files(s) ||
	    read_module_params(s))
		return -EINVAL;
	return 0;
}

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

static int read_partition(struct scn *s, const struct ynode *n)
{
	struct scn_partition *p = &s->part[s->part_count];
	struct property_list l = {.p = p};
	const char *stem;

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
	if (!p->manifest)
		p->manifest = pool_printf(&s->pool, "sps/%s/%s.dts", p->name, p->name);
	p->manifest = find_path(s, p->manifest);
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
		p->image = find_path(s, p->image);
		if (!exists_in_tree(p->image) &&
		    !world_find_file("sp", pool_printf(&s->pool, "%s.sp.so", p->image)))
			return DIAG_NODE(s->d, ynode_get(n, "image"), "no image %s", p->image);
	}
	if (!p->service)
		p->service = stem;
	if (p->options_node) {
		const struct ynode *o = p->options_node;

		if (o->type != YNODE_MAP)
			return DIAG_NODE(s->d, o,
					 "'options' must be a map of option: value, not %s",
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
				p->options[i].value =
					pool_printf(&s->pool, "%llu", (unsigned long long)ns);
		}
		p->option_count = o->count;
	}
	s->part_count++;
	return 0;
}

static int read_partitions(struct scn *s, const struct ynode *n)
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
	    read_machine(s, ynode_get(root, "machine")) ||
	    read_partitions(s, ynode_get(root, "partitions")) ||
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
