/* SPDX-License-Identifier: BSD-3-Clause */
/* Defaults and lookup by name of the cost table. */
#include "soc/cost.h"
#include <errno.h>
#include <string.h>

void cost_init(struct cost_table *cost)
{
#define COST_DEFAULT(name, ns, doc) cost->name##_ns = ns;
	COST_TABLE(COST_DEFAULT)
#undef COST_DEFAULT
}

int cost_set(struct cost_table *cost, const char *name, uint64_t ns)
{
#define COST_BY_NAME(name_, ns_, doc)                                                              \
	if (!strcmp(name, #name_)) {                                                               \
		cost->name_##_ns = ns;                                                             \
		return 0;                                                                          \
	}
	COST_TABLE(COST_BY_NAME)
#undef COST_BY_NAME
	return -ENOENT;
}
