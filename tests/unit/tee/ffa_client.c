// SPDX-License-Identifier: BSD-3-Clause
/*
 * A kernel module for test_ffa: a driver bound to the SP as tstee is, whose entry points the test
 * calls to reach what no tstee ioctl does (many memory ranges, 64-bit messages, FFA_RUN). Built for
 * both generations of the interfaces.
 */
#include <linux/arm_ffa.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uuid.h>

static struct ffa_device *bound;

int ffa_client_send(int narrow, unsigned long data0, unsigned long *answer0);
int ffa_client_run(unsigned int vcpu);
int ffa_client_share(unsigned int ranges, int use_txbuf, int lend, unsigned long long *handle);
int ffa_client_notify(int id);
int ffa_client_extended(const unsigned char *uuid, unsigned long first, unsigned long *answer);
int ffa_client_indirect(void *text, unsigned long bytes);
void ffa_client_sleep(unsigned int ms);
const char *ffa_client_message(void);
int ffa_client_framework(int on);
unsigned int ffa_client_version(void);

unsigned int ffa_client_version(void)
{
	return bound->ops->info_ops->api_version_get();
}

int ffa_client_send(int narrow, unsigned long data0, unsigned long *answer0)
{
	struct ffa_send_direct_data data = {.data0 = data0};
	int rc;

	bound->mode_32bit = narrow;
	rc = bound->ops->msg_ops->sync_send_receive(bound, &data);
	*answer0 = data.data0;
	return rc;
}

int ffa_client_run(unsigned int vcpu)
{
	return bound->ops->cpu_ops->run(bound, vcpu);
}

int ffa_client_extended(const unsigned char *uuid, unsigned long first, unsigned long *answer)
{
	struct ffa_send_direct_data2 data = {.data = {first}};
	int rc;

#ifdef FFASIM_KERNEL_7
	rc = bound->ops->msg_ops->sync_send_receive2(bound, &data);
#else
	rc = bound->ops->msg_ops->sync_send_receive2(bound, (const uuid_t *)uuid, &data);
#endif
	*answer = data.data[0];
	return rc;
}

int ffa_client_indirect(void *text, unsigned long bytes)
{
	return bound->ops->msg_ops->indirect_send(bound, text, bytes);
}

void ffa_client_sleep(unsigned int ms)
{
	msleep(ms);
}

static char message[16];

const char *ffa_client_message(void)
{
	return message;
}

#ifdef FFASIM_KERNEL_7
static void keep_message(int notify_id, void *cb_data, void *buf)
{
	if (notify_id == 0 && cb_data == message)
		strscpy(message, buf, sizeof(message));
}

int ffa_client_framework(int on)
{
	const struct ffa_notifier_ops *ops = bound->ops->notifier_ops;

	return on ? ops->fwk_notify_request(bound, keep_message, message, 0)
		  : ops->fwk_notify_relinquish(bound, 0);
}
#else
int ffa_client_framework(int on)
{
	return -ENOSYS; /* a driver of 6.12 knows of none */
}
#endif

static void ignore(int notify_id, void *cb_data) {}

int ffa_client_notify(int id)
{
	return bound->ops->notifier_ops->notify_request(bound, false, ignore, NULL, id);
}

/* Every second page of a run, so that no two ranges merge. */
int ffa_client_share(unsigned int ranges, int use_txbuf, int lend, unsigned long long *handle)
{
	struct ffa_mem_region_attributes attr = {.receiver = bound->vm_id, .attrs = FFA_MEM_RW};
	struct ffa_mem_ops_args args = {.use_txbuf = use_txbuf, .nattrs = 1, .attrs = &attr};
	size_t bytes = 2 * ranges * PAGE_SIZE;
	struct page **pages;
	struct sg_table sgt;
	unsigned int n;
	char *mem;
	int rc;

	pages = kcalloc(ranges, sizeof(*pages), GFP_KERNEL);
	mem = alloc_pages_exact(bytes, GFP_KERNEL);
	if (!pages || !mem)
		return -ENOMEM;
	for (n = 0; n < ranges; n++)
		pages[n] = virt_to_page(mem + 2 * n * PAGE_SIZE);
	rc = sg_alloc_table_from_pages(&sgt, pages, ranges, 0, ranges * PAGE_SIZE, GFP_KERNEL);
	if (!rc) {
		args.sg = sgt.sgl;
		rc = lend ? bound->ops->mem_ops->memory_lend(&args)
			  : bound->ops->mem_ops->memory_share(&args);
		*handle = args.g_handle;
		sg_free_table(&sgt);
	}
	free_pages_exact(mem, bytes);
	kfree(pages);
	return rc;
}

static int client_probe(struct ffa_device *dev)
{
	bound = dev;
	return 0;
}

static const struct ffa_device_id client_ids[] = {
	{UUID_INIT(0xbdcd76d7, 0x825e, 0x4751, 0x96, 0x3b, 0x86, 0xd4, 0xf8, 0x49, 0x43, 0xac)},
	{}};

static struct ffa_driver client_driver = {
	.name = "ffa_client",
	.probe = client_probe,
	.id_table = client_ids,
};
module_ffa_driver(client_driver);
MODULE_LICENSE("Dual BSD/GPL");
