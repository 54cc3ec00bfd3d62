/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Steps for any character device, not only the TEE's: ioctl, write and read as a user program makes
 * them. Data travels through a page of the calling task.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "host/file_steps.h"
#include "linux/klinux.h"

#define PAGE_BYTES 4096u

static void note(struct rtask *rt, long ret)
{
	rtask_note(rt, "errno", ret < 0 ? -ret : 0);
	if (ret >= 0)
		rtask_note(rt, "result", ret);
}

/* A page of user memory; tasks that share a process have one each. */
static uint8_t *page_of(struct rtask *rt, uint64_t *addr)
{
	struct ffasim_client *own = &rt->own.client;

	if (!own->arg) {
		own->arg_addr = kuser_alloc(PAGE_BYTES);
		own->arg = own->arg_addr ? kuser_ptr(own->arg_addr, PAGE_BYTES) : NULL;
	}
	*addr = own->arg_addr;
	return own->arg;
}

static int fd_of(struct rtask *rt, const struct scn_step *st)
{
	const struct rslot *sl = &rt->proc->slot[st->a.on_slot];

	return sl->open ? sl->client.fd : -1;
}

static void compare(struct rtask *rt, const uint8_t *got, const struct scn_data *want)
{
	for (size_t i = 0; i < want->count; i++) {
		if (got[i] == want->bytes[i])
			continue;
		rtask_fail(rt, "byte %zu is %02x, expected %02x", i, got[i], want->bytes[i]);
		return;
	}
}

void file_step_ioctl(struct rtask *rt, const struct scn_step *st)
{
	const struct step_args *a = &st->a;
	uint64_t addr, arg = a->value[0];
	uint8_t *page = page_of(rt, &addr);
	long ret;

	if (!page) {
		note(rt, -ENOMEM);
		return;
	}
	if (a->data || a->reply) {
		memset(page, 0, PAGE_BYTES);
		if (a->data)
			memcpy(page, a->data->bytes, a->data->count);
		arg = addr;
	}
	ret = ksys_ioctl(fd_of(rt, st), (unsigned)a->command, arg);
	note(rt, ret);
	if (a->reply && ret >= 0)
		compare(rt, page, a->reply);
}

void file_step_write(struct rtask *rt, const struct scn_step *st)
{
	uint64_t addr;
	uint8_t *page = page_of(rt, &addr);

	if (!page) {
		note(rt, -ENOMEM);
		return;
	}
	memcpy(page, st->a.data->bytes, st->a.data->count);
	note(rt, ksys_write(fd_of(rt, st), addr, st->a.data->count));
}

void file_step_read(struct rtask *rt, const struct scn_step *st)
{
	const struct scn_data *want = st->a.reply;
	const uint64_t bytes = st->a.bytes ? st->a.bytes : want ? want->count : PAGE_BYTES;
	uint64_t addr;
	uint8_t *page = page_of(rt, &addr);
	long ret;

	if (!page) {
		note(rt, -ENOMEM);
		return;
	}
	memset(page, 0, PAGE_BYTES);
	ret = ksys_read(fd_of(rt, st), addr, bytes < PAGE_BYTES ? bytes : PAGE_BYTES);
	note(rt, ret);
	if (want && ret >= 0 && (size_t)ret < want->count)
		rtask_fail(rt, "%ld bytes, expected %" PRIu64, ret, (uint64_t)want->count);
	else if (want && ret >= 0)
		compare(rt, page, want);
}
