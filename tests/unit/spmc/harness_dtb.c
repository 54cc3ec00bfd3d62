/* SPDX-License-Identifier: BSD-3-Clause */
/* Manifests of the harness, written with libfdt. One is written at a time. */
#include "harness.h"

#include <libfdt.h>
#include <string.h>

static void *dtb;

static void want(int libfdt_result)
{
	if (libfdt_result)
		fail_msg("manifest: %s", fdt_strerror(libfdt_result));
}

void dtb_node(const char *name)
{
	want(fdt_begin_node(dtb, name));
}

void dtb_end_node(void)
{
	want(fdt_end_node(dtb));
}

void dtb_bytes(const char *name, const void *value, uint32_t bytes)
{
	want(fdt_property(dtb, name, value, (int)bytes));
}

void dtb_u32(const char *name, uint32_t value)
{
	want(fdt_property_u32(dtb, name, value));
}

void dtb_begin(void *buf)
{
	dtb = buf;
	want(fdt_create(buf, DTB_MAX_BYTES));
	want(fdt_finish_reservemap(buf));
	dtb_node("");
}

size_t dtb_end(void)
{
	dtb_end_node();
	want(fdt_finish(dtb));
	return fdt_totalsize(dtb);
}

size_t make_dtb(void *buf, const struct hsp *sp, unsigned uuid_tail)
{
	const fdt32_t uuid[4] = {cpu_to_fdt32(0xbdcd76d7), 0, 0, cpu_to_fdt32(uuid_tail)};

	dtb_begin(buf);
	dtb_bytes("compatible", "arm,ffa-manifest-1.0", 21);
	dtb_bytes("uuid", uuid, sizeof(uuid));
	dtb_u32("ffa-version", sp->version ? sp->version : FFA_VERSION_1_1);
	dtb_u32("execution-state", 0);
	dtb_u32("messaging-method", sp->messaging ? sp->messaging : 3);
	if (sp->action != NO_ACTION)
		dtb_u32("ns-interrupts-action", sp->action);
	if (sp->boot_order)
		dtb_u32("boot-order", sp->boot_order);
	if (sp->more)
		sp->more();
	return dtb_end();
}
