/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of the driver share. */
#ifndef OPTEE_PRIVATE_H
#define OPTEE_PRIVATE_H

#include <linux/arm_ffa.h>
#include <linux/bitops.h>
#include <linux/completion.h>
#include <linux/hashtable.h>
#include <linux/idr.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/tee_core.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#include "optee_abi.h"

/* Callers that wait for a thread of OP-TEE, first come first. */
struct optee_queue {
	struct mutex mutex;
	struct list_head waiters;
};

struct optee_queue_waiter {
	struct list_head node;
	struct completion done;
};

/* Pages that hold messages; kept until the driver goes. */
struct optee_args {
	struct mutex mutex;
	struct list_head pages;
	unsigned int bytes;    /* of a message and of the request behind it */
	unsigned int per_page; /* messages in one page */
};

struct optee_arg_page;

/* A message while it is in use. */
struct optee_arg {
	struct optee_arg_page *page;
	unsigned int index;
	struct tee_shm *shm;
	unsigned int offs;
	struct optee_msg_arg *msg;
};

/* Keys that tasks of OP-TEE sleep on in the Normal world. */
struct optee_notif {
	spinlock_t lock;
	struct list_head waiters;
	unsigned long *posted; /* sent while nobody waited */
};

struct optee_supp {
	struct mutex mutex; /* of all of it */
	struct tee_context *ctx;
	struct idr idr; /* requests the supplicant works on */
	int sync_id;	/* the one request of a synchronous supplicant, -1 = none */
	struct list_head queue;
	struct completion arrived;
};

struct optee {
	struct ffa_device *ffa_dev;
	struct tee_device *teedev, *supp_teedev;
	struct tee_shm_pool *pool;
	struct tee_context *ctx; /* the driver's own */
	unsigned int rpc_params;

	/* Shared memory by FF-A handle. */
	struct mutex handles_mutex;
	DECLARE_HASHTABLE(handles, 6);

	struct optee_queue queue;
	struct optee_args args;
	struct optee_supp supp;
	struct optee_notif notif;

	int bottom_half_id; /* notification that asks for it, -1 = none */
	struct workqueue_struct *notif_wq;
	struct work_struct notif_work;

	struct list_head devices;
	struct mutex devices_mutex;
	bool supp_devices_listed;
	struct work_struct supp_devices_work;
};

/* One open of /dev/teeN. */
struct optee_context {
	struct mutex mutex;
	struct list_head sessions;
};

/* queue.c */
void optee_queue_init(struct optee_queue *q);
void optee_queue_destroy(struct optee_queue *q);
void optee_queue_enter(struct optee_queue *q, struct optee_queue_waiter *w);
void optee_queue_wait(struct optee_queue *q, struct optee_queue_waiter *w);
void optee_queue_leave(struct optee_queue *q, struct optee_queue_waiter *w);

/* args.c */
void optee_args_init(struct optee_args *args, unsigned int rpc_params, bool offsets);
void optee_args_destroy(struct optee_args *args);
int optee_arg_get(struct optee *optee, size_t num_params, struct optee_arg *arg);
void optee_arg_put(struct optee *optee, struct optee_arg *arg);

/* params.c */
int optee_params_to_msg(struct optee_msg_param *msg, size_t count, const struct tee_param *params);
/* Memory is found by its handle; an unknown one leaves the reference without memory. */
int optee_params_from_msg(struct optee *optee, struct tee_param *params, size_t count,
			  const struct optee_msg_param *msg);

/* shm.c */
struct tee_shm_pool *optee_pool_create(void);
int optee_shm_register(struct tee_context *ctx, struct tee_shm *shm, struct page **pages,
		       size_t num_pages, unsigned long start);
int optee_shm_unregister(struct tee_context *ctx, struct tee_shm *shm);
int optee_shm_unregister_supp(struct tee_context *ctx, struct tee_shm *shm);
struct tee_shm *optee_shm_by_handle(struct optee *optee, u64 handle);

/* call.c: the message in @arg carried out; 0, or an errno when OP-TEE was not reached. */
int optee_call(struct tee_context *ctx, struct optee_arg *arg);

/* session.c */
struct optee_context *optee_context_create(void);
void optee_context_destroy(struct tee_context *ctx, struct optee_context *octx);
int optee_open_session(struct tee_context *ctx, struct tee_ioctl_open_session_arg *arg,
		       struct tee_param *params);
int optee_close_session(struct tee_context *ctx, u32 session);
int optee_invoke(struct tee_context *ctx, struct tee_ioctl_invoke_arg *arg,
		 struct tee_param *params);
int optee_cancel(struct tee_context *ctx, u32 cancel_id, u32 session);
int optee_bottom_half(struct optee *optee);

/* rpc.c */
void optee_rpc(struct tee_context *ctx, struct optee *optee, struct optee_msg_arg *arg);

/* supp.c */
void optee_supp_init(struct optee_supp *supp);
void optee_supp_destroy(struct optee_supp *supp);
int optee_supp_attach(struct optee_supp *supp, struct tee_context *ctx);
void optee_supp_detach(struct optee_supp *supp);
/* A request to the supplicant, waited for; TEEC_*. */
u32 optee_supp_request(struct tee_context *ctx, u32 func, size_t num_params,
		       struct tee_param *params);
int optee_supp_recv(struct tee_context *ctx, u32 *func, u32 *num_params, struct tee_param *params);
int optee_supp_send(struct tee_context *ctx, u32 ret, u32 num_params, struct tee_param *params);

/* notif.c */
int optee_notif_init(struct optee_notif *notif);
void optee_notif_destroy(struct optee_notif *notif);
int optee_notif_wait(struct optee_notif *notif, u32 key, u32 timeout);
int optee_notif_send(struct optee_notif *notif, u32 key);
int optee_async_init(struct optee *optee);
void optee_async_destroy(struct optee *optee);

/* devices.c */
int optee_devices_list(struct optee *optee, bool with_supplicant);
void optee_devices_remove(struct optee *optee);

#endif
