/* SPDX-License-Identifier: BSD-3-Clause */
/* Shared by the files of the arm_ffa module only. */
#ifndef FFASIM_ARM_FFA_COMMON_H
#define FFASIM_ARM_FFA_COMMON_H

#include <linux/arm-smccc.h>
#include <linux/arm_ffa.h>
#include <linux/err.h>
#include <linux/mutex.h>
#include <linux/types.h>
#include <linux/uuid.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>

/* In and out are 18 registers; unused arguments are zero. */
typedef struct arm_smccc_1_2_regs ffa_value_t;

/* What the driver knows of the firmware; one for the whole module. */
struct ffa_drv_info {
	void (*smc)(const ffa_value_t *args, ffa_value_t *res);
	u32 version;
	u16 vm_id;

	struct mutex rx_lock;
	struct mutex tx_lock; /* held over a whole memory transaction */
	void *rx_buffer;
	void *tx_buffer;
	size_t rxtx_bufsz;

	bool mem_ops_native; /* 64-bit ids for memory calls */
	bool msg_direct_req2_supp;

	struct xarray partition_info; /* vm id -> its ffa_dev_part_info list */
};
extern struct ffa_drv_info *drv_info;

/* The call itself. The secure world runs on this PE until it returns; interrupts that came up
 * meanwhile are taken before the caller sees a result. */
static inline void ffa_smc(const ffa_value_t *args, ffa_value_t *res)
{
	drv_info->smc(args, res);
}

#define FFA_SENDER_ID(x) ((u16)((x) >> 16))
#define FFA_RECEIVER_ID(x) ((u16)(x))
#define FFA_PACK_IDS(high, low) (((u32)(u16)(high) << 16) | (u16)(low))

/* Of MSG_SEND2 in the buffers; the header of 6.12 ends before res1. */
struct ffa_indirect_msg {
	u32 flags;
	u32 res0;
	u32 offset; /* of the payload, from here */
	u32 send_recv_id;
	u32 size;
	u32 res1;
	uuid_t uuid;
};

/* generation.c: what the versions of this driver do differently. */
struct ffa_generation {
	u32 version; /* asked for */
	unsigned int yield_max_us;
	u32 indirect_header_bytes;
	bool pending_work_shared;     /* one work item for the pending interrupts of all PEs */
	bool callback_unlocked;	      /* called through the table after its lock is dropped */
	bool framework_notifications; /* a full RX buffer is fetched and handed on */
};
extern const struct ffa_generation *ffa_gen;
void ffa_generation_init(void);

/* transport.c */
int ffa_transport_init(void (**smc)(const ffa_value_t *args, ffa_value_t *res));
int ffa_to_linux_errno(int code);
/* 0 unless the answer is FFA_ERROR. */
static inline int ffa_answer_errno(const ffa_value_t *ret)
{
	return ret->a0 == FFA_ERROR ? ffa_to_linux_errno((int)ret->a2) : 0;
}
int ffa_features(u32 id, u32 input, u32 *a2, u32 *a3);
int ffa_rx_release(void);

/* direct.c, memory.c */
extern const struct ffa_msg_ops ffa_drv_msg_ops;
extern const struct ffa_cpu_ops ffa_drv_cpu_ops;
extern const struct ffa_mem_ops ffa_drv_mem_ops;

/* partition.c */
extern const struct ffa_info_ops ffa_drv_info_ops;
int ffa_partitions_setup(void);
void ffa_partitions_cleanup(void);

/* A callback slot for each device, kept in lists by vm id. */
struct ffa_dev_part_info {
	ffa_sched_recv_cb callback;
	void *cb_data;
	rwlock_t rw_lock;
	struct ffa_device *dev;
	struct list_head node;
};

/* notify.c; notify.h is for its sister files */
extern const struct ffa_notifier_ops ffa_drv_notifier_ops;
void ffa_notifications_setup(void);
void ffa_notifications_cleanup(void);
int ffa_notifications_self_register(void);

/* core.c */
extern const struct ffa_ops ffa_drv_ops;

#endif
