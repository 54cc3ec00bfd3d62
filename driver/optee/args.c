// SPDX-License-Identifier: GPL-2.0-only
/*
 * Room for messages: pages of the driver's own context, shared with OP-TEE once and used again.
 *
 * Behind each message lies room for one request of OP-TEE. With the offset capability a page holds
 * as many of these pairs as fit, else one.
 */
#include <linux/bitops.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/find.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "optee_private.h"

/* What fits when the request behind a message is as short as it can be. */
#define PER_PAGE_MAX (PAGE_SIZE / OPTEE_MSG_ARG_SIZE(OPTEE_MSG_PARAMS_MAX))

struct optee_arg_page {
	struct list_head node;
	struct tee_shm *shm;
	unsigned long used[BITS_TO_LONGS(PER_PAGE_MAX)];
};

void optee_args_init(struct optee_args *args, unsigned int rpc_params, bool offsets)
{
	mutex_init(&args->mutex);
	INIT_LIST_HEAD(&args->pages);
	args->bytes = OPTEE_MSG_ARG_SIZE(OPTEE_MSG_PARAMS_MAX) + OPTEE_MSG_ARG_SIZE(rpc_params);
	args->per_page = 1;
	if (offsets && args->bytes <= PAGE_SIZE)
		args->per_page = PAGE_SIZE / args->bytes;
}

/* Needs the context the pages were taken from. */
void optee_args_destroy(struct optee_args *args)
{
	struct optee_arg_page *page, *next;

	list_for_each_entry_safe(page, next, &args->pages, node)
	{
		list_del(&page->node);
		tee_shm_free(page->shm);
		kfree(page);
	}
	mutex_destroy(&args->mutex);
}

/* With the mutex held. */
static struct optee_arg_page *page_with_room(struct optee_args *args, unsigned int *index)
{
	struct optee_arg_page *page;

	list_for_each_entry(page, &args->pages, node)
	{
		*index = find_first_zero_bit(page->used, args->per_page);
		if (*index < args->per_page)
			return page;
	}
	return NULL;
}

static struct optee_arg_page *page_add(struct optee *optee)
{
	struct optee_args *args = &optee->args;
	size_t bytes = args->bytes > PAGE_SIZE ? args->bytes : PAGE_SIZE;
	struct optee_arg_page *page = kzalloc(sizeof(*page), GFP_KERNEL);

	if (!page)
		return ERR_PTR(-ENOMEM);
	page->shm = tee_shm_alloc_kernel_buf(optee->ctx, bytes);
	if (IS_ERR(page->shm)) {
		kfree(page);
		return ERR_PTR(-ENOMEM);
	}
	list_add(&page->node, &args->pages);
	return page;
}

int optee_arg_get(struct optee *optee, size_t num_params, struct optee_arg *arg)
{
	struct optee_args *args = &optee->args;
	struct optee_arg_page *page;
	void *va;

	if (num_params > OPTEE_MSG_PARAMS_MAX)
		return -EINVAL;

	mutex_lock(&args->mutex);
	page = page_with_room(args, &arg->index);
	if (!page) {
		page = page_add(optee);
		arg->index = 0;
	}
	if (!IS_ERR(page))
		set_bit(arg->index, page->used);
	mutex_unlock(&args->mutex);
	if (IS_ERR(page))
		return PTR_ERR(page);

	arg->page = page;
	arg->shm = page->shm;
	arg->offs = arg->index * args->bytes;
	va = tee_shm_get_va(page->shm, arg->offs);
	if (IS_ERR(va)) {
		optee_arg_put(optee, arg);
		return PTR_ERR(va);
	}
	arg->msg = va;
	memset(arg->msg, 0, OPTEE_MSG_ARG_SIZE(OPTEE_MSG_PARAMS_MAX));
	arg->msg->num_params = num_params;
	return 0;
}

void optee_arg_put(struct optee *optee, struct optee_arg *arg)
{
	struct optee_args *args = &optee->args;

	mutex_lock(&args->mutex);
	clear_bit(arg->index, arg->page->used);
	mutex_unlock(&args->mutex);
}
