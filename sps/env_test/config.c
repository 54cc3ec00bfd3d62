/* SPDX-License-Identifier: BSD-3-Clause */
/* The regions in the manifest that the boot information brought (trusted-services.md 5.1). */
#include "env_test.h"

#include <libfdt.h>

#define REGIONS(kind_) "arm,ffa-manifest-" kind_ "-regions"

void env_config_load(struct env_config *config, const void *fdt)
{
	int parent, node;

	if (!fdt)
		return;
	parent = fdt_node_offset_by_compatible(fdt, -1, REGIONS("device"));
	if (parent >= 0) {
		fdt_for_each_subnode(node, fdt, parent) config->device_regions++;
		config->trng_region = fdt_subnode_offset(fdt, parent, "trng") >= 0;
	}
}
