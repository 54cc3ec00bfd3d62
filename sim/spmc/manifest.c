/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * SP manifests: a table of the properties the S-EL1 SPMC honours, with its refusals
 * (optee.md 3.12). Error text is `manifest: property: reason`. What is ignored, and why, is in
 * manifest_properties.c. Not modelled: arm,tpm_event_log, arm,hw-features.
 */
#include <errno.h>
#include <libfdt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "spmc/spmc_internal.h"

#define DTB_MAX_BYTES (1u << 20)
#define DTB_SPARE_BYTES 1024

enum { REGION_R = 1, REGION_W = 2, REGION_X = 4 };

struct reader {
	const void *fdt;
	const char *path;
	struct spmc_error *err;
	int node; /* of the region that is being read; 0 = the root */
};

static int refuse(const struct reader *rd, const char *property, const char *reason)
{
	const char *node = rd->node ? fdt_get_name(rd->fdt, rd->node, NULL) : NULL;

	snprintf(rd->err->text, sizeof(rd->err->text), "%s: %s: %s", rd->path, property, reason);
	snprintf(rd->err->property, sizeof(rd->err->property), "%s", property);
	snprintf(rd->err->node, sizeof(rd->err->node), "%s", node ? node : "");
	return -EINVAL;
}

/* 0 = read, 1 = absent, -EINVAL. Takes 32-bit cells, and 16-bit ones where @half. */
static int read_u32(const struct reader *rd, int node, const char *name, bool half, uint32_t *out)
{
	int len;
	const void *p = fdt_getprop(rd->fdt, node, name, &len);

	if (!p)
		return 1;
	if (len == 4)
		*out = fdt32_ld(p);
	else if (half && len == 2)
		*out = (uint32_t)((const uint8_t *)p)[0] << 8 | ((const uint8_t *)p)[1];
	else
		return refuse(rd, name, half ? "not a 16- or 32-bit cell" : "not one 32-bit cell");
	return 0;
}

static int read_u64(const struct reader *rd, int node, const char *name, uint64_t *out)
{
	int len;
	const void *p = fdt_getprop(rd->fdt, node, name, &len);

	if (!p)
		return 1;
	if (len == 8)
		*out = fdt64_ld(p);
	else if (len == 4)
		*out = fdt32_ld(p);
	else
		return refuse(rd, name, "not one 64-bit value");
	return 0;
}

static int check_version(const struct spmc *s, const struct reader *rd, struct manifest *mf)
{
	if (mf->ffa_version < FFA_VERSION_1_0 || mf->ffa_version > s->profile->version)
		return refuse(rd, "ffa-version", "not 1.0, 1.1 or 1.2");
	return 0;
}

static int check_execution_state(const struct spmc *s, const struct reader *rd, uint32_t value)
{
	(void)s;
	return value ? refuse(rd, "execution-state", "only 0 (AArch64) is supported") : 0;
}

static int check_messaging(const struct spmc *s, const struct reader *rd, struct manifest *mf)
{
	const uint32_t known = FFA_PROP_DIRECT_RECV | FFA_PROP_DIRECT_SEND | FFA_PROP_INDIRECT;
	const uint32_t two = FFA_PROP_DIRECT2_RECV | FFA_PROP_DIRECT2_SEND;

	(void)s;
	if (mf->messaging_method & ~(known | two))
		return refuse(rd, "messaging-method", "unknown bits");
	if (mf->messaging_method & two && mf->ffa_version < FFA_VERSION_1_2)
		return refuse(rd, "messaging-method", "DIRECT_REQ2 needs ffa-version 1.2");
	return 0;
}

static int read_action(const struct spmc *s, const struct reader *rd, struct manifest *mf)
{
	const int got = read_u32(rd, 0, "ns-interrupts-action", false, &mf->ns_action);

	if (got < 0)
		return got;
	if (got > 0) {
		if (!quirk(s, Q_ACTION_OPTIONAL))
			return refuse(rd, "ns-interrupts-action", "property is required");
		mf->ns_action = quirk(s, Q_NEVER_PREEMPTED) ? FFA_NS_QUEUED : FFA_NS_SIGNALED;
		return 0;
	}
	if (mf->ns_action == FFA_NS_MANAGED_EXIT && !quirk(s, Q_EL1_SPS))
		return refuse(rd, "ns-interrupts-action", "managed exit is not implemented");
	if (mf->ns_action > FFA_NS_SIGNALED)
		return refuse(rd, "ns-interrupts-action",
			      quirk(s, Q_EL1_SPS)
				      ? "not 0 (queued), 1 (managed exit) or 2 (signaled)"
				      : "not 0 (queued) or 2 (signaled)");
	return 0;
}

static int read_required(const struct spmc *s, const struct reader *rd, struct manifest *mf)
{
	uint32_t execution_state = 0;
	int len, got;
	const void *p;

	if (fdt_node_check_compatible(rd->fdt, 0, "arm,ffa-manifest-1.0"))
		return refuse(rd, "compatible", "not arm,ffa-manifest-1.0");
	p = fdt_getprop(rd->fdt, 0, "uuid", &len);
	if (!p)
		return refuse(rd, "uuid", "property is required");
	if (len != 16)
		return refuse(rd, "uuid", "not four 32-bit cells");
	for (unsigned i = 0; i < 4; i++)
		mf->uuid[i] = fdt32_ld((const fdt32_t *)p + i);

	/* In the order of the real loader: the action is looked at before the rest. */
	got = read_action(s, rd, mf);
	if (got)
		return got;
	got = read_u32(rd, 0, "ffa-version", false, &mf->ffa_version);
	if (got)
		return got < 0 ? got : refuse(rd, "ffa-version", "property is required");
	got = check_version(s, rd, mf);
	if (got)
		return got;
	got = read_u32(rd, 0, "execution-state", false, &execution_state);
	if (got)
		return got < 0 ? got : refuse(rd, "execution-state", "property is required");
	got = check_execution_state(s, rd, execution_state);
	if (got)
		return got;
	got = read_u32(rd, 0, "messaging-method", false, &mf->messaging_method);
	if (got)
		return got < 0 ? got : refuse(rd, "messaging-method", "property is required");
	return check_messaging(s, rd, mf);
}

static int read_optional(const struct spmc *s, const struct reader *rd, struct manifest *mf)
{
	int got;

	got = read_u32(rd, 0, "elf-format", false, &mf->elf_format);
	if (got < 0)
		return got;
	mf->boot_order = UINT32_MAX;
	got = read_u32(rd, 0, "boot-order", true, &mf->boot_order);
	if (got < 0)
		return got;
	if (!got && mf->boot_order > 0xffff)
		return refuse(rd, "boot-order", "above 0xffff");
	got = read_u32(rd, 0, "id", false, &mf->id);
	if (got < 0)
		return got;
	if (!got && (mf->id < FFA_ID_SPMC || mf->id >= FFA_ID_SPMD_LSP_FIRST))
		return refuse(rd, "id", "outside 0x8000..0xffbf");
	if (!got && mf->id >= FFA_ID_SPMC + SPMC_SPS_MAX * 2)
		return refuse(rd, "id", "above the ids this model keeps");
	got = read_u32(rd, 0, "gp-register-num", false, &mf->gp_register);
	if (got < 0)
		return got;
	/* The S-EL1 SPMC takes x0; below S-EL2 nobody who did not ask gets it (ffa.md 7.2). */
	mf->boot_info = !got || !quirk(s, Q_EL1_SPS);
	if (mf->gp_register > 3)
		return refuse(rd, "gp-register-num", "not 0..3");
	mf->notifications = fdt_getprop(rd->fdt, 0, "notification-support", NULL) != NULL;
	got = read_u32(rd, 0, "vm-availability-messages", false, &mf->vm_messages);
	if (got < 0)
		return got;
	return mf->vm_messages & ~3u ? refuse(rd, "vm-availability-messages", "unknown bits") : 0;
}

static int read_region(const struct reader *rd, struct manifest *mf, int node, bool device)
{
	struct manifest_region *rg = &mf->region[mf->region_count];
	uint32_t access;
	int got;

	if (mf->region_count == MANIFEST_REGIONS_MAX)
		return refuse(rd, fdt_get_name(rd->fdt, node, NULL), "too many regions");
	snprintf(rg->name, sizeof(rg->name), "%s", fdt_get_name(rd->fdt, node, NULL));
	rg->device = device;
	got = read_u64(rd, node, "base-address", &rg->base);
	if (got < 0)
		return got;
	rg->has_base = !got;
	got = read_u64(rd, node, "load-address-relative-offset", &rg->load_offset);
	if (got < 0)
		return got;
	rg->has_offset = !got;
	if (rg->has_base && rg->has_offset)
		return refuse(rd, "load-address-relative-offset", "beside a base-address");
	if (rg->load_offset % PHYS_PAGE_BYTES)
		return refuse(rd, "load-address-relative-offset", "not page aligned");
	if (rg->base % PHYS_PAGE_BYTES)
		return refuse(rd, "base-address", "not page aligned");
	if (device && !rg->has_base)
		return refuse(rd, "base-address", "required in a device region");
	got = read_u32(rd, node, "pages-count", false, &rg->pages);
	if (got)
		return got < 0 ? got : refuse(rd, "pages-count", "property is required");
	if (!rg->pages || rg->pages > 0x10000)
		return refuse(rd, "pages-count", "zero or too many");
	got = read_u32(rd, node, "attributes", false, &rg->attributes);
	if (got)
		return got < 0 ? got : refuse(rd, "attributes", "property is required");
	access = rg->attributes & 7;
	if (access != REGION_R && access != (REGION_R | REGION_W) &&
	    (device || access != (REGION_R | REGION_X)))
		return refuse(rd, "attributes", device ? "not RO or RW" : "not RO, RW or RX");
	mf->region_count++;
	return 0;
}

static int read_regions(struct reader *rd, struct manifest *mf, const char *compatible, bool device)
{
	int node, parent, err;

	parent = fdt_node_offset_by_compatible(rd->fdt, -1, compatible);
	if (parent < 0)
		return 0;
	fdt_for_each_subnode(node, rd->fdt, parent)
	{
		rd->node = node;
		err = read_region(rd, mf, node, device);
		rd->node = 0;
		if (err)
			return err;
	}
	return 0;
}

int manifest_parse(const struct spmc *s, const void *dtb, struct manifest *mf, const char *path,
		   struct spmc_error *err)
{
	struct reader rd = {.fdt = dtb, .path = path, .err = err};
	int got;

	memset(mf, 0, sizeof(*mf));
	got = read_required(s, &rd, mf);
	if (!got)
		got = read_optional(s, &rd, mf);
	if (!got)
		got = read_regions(&rd, mf, MANIFEST_MEMORY_REGIONS, false);
	if (!got)
		got = read_regions(&rd, mf, MANIFEST_DEVICE_REGIONS, true);
	if (!got) {
		const char *property, *reason = manifest_contexts(s, dtb, mf, &property);

		got = reason ? refuse(&rd, property, reason) : 0;
	}
	return got;
}

/* Copies *dtb into a larger, writable blob and applies the scenario's overrides; "none" removes a
 * property. */
int manifest_override(void **dtb, size_t *dtb_bytes, const char *const *overrides, const char *path,
		      struct spmc_error *err)
{
	const struct reader rd = {.fdt = *dtb, .path = path, .err = err};
	const size_t given = *dtb_bytes;
	size_t room;
	void *copy;
	char *end;

	if (given < FDT_V1_SIZE || given > DTB_MAX_BYTES || fdt_check_header(*dtb) ||
	    fdt_totalsize(*dtb) > given)
		return refuse(&rd, "file", "not a device tree blob");
	room = fdt_totalsize(*dtb) + DTB_SPARE_BYTES;
	copy = malloc(room);
	if (!copy) {
		refuse(&rd, "file", "out of memory");
		return -ENOMEM;
	}
	if (fdt_open_into(*dtb, copy, (int)room)) {
		free(copy);
		return refuse(&rd, "file", "damaged device tree blob");
	}
	for (; overrides && overrides[0] && overrides[1]; overrides += 2) {
		unsigned long value;
		int failed;

		if (!strcmp(overrides[1], "none")) {
			fdt_delprop(copy, 0, overrides[0]);
			continue;
		}
		value = strtoul(overrides[1], &end, 0);
		failed = end == overrides[1] || *end || value > UINT32_MAX
				 ? 1
				 : fdt_setprop_u32(copy, 0, overrides[0], (uint32_t)value);
		if (failed) {
			free(copy);
			return refuse(&rd, overrides[0], "override is not a 32-bit number or none");
		}
	}
	*dtb = copy;
	*dtb_bytes = room;
	return 0;
}
