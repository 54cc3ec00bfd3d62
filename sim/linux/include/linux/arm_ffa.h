/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * FF-A as a Linux driver sees it: function ids, the arm_ffa bus, the operation tables a driver gets
 * with its device, and the memory-transaction descriptors, whose layouts are ABI towards the secure
 * world. 6.12, or 7.x with `module build --kernel 7.x`; tables have the same layout in both, so
 * that modules of the two generations meet.
 */
#ifndef FFASIM_KERNEL_ARM_FFA_H
#define FFASIM_KERNEL_ARM_FFA_H

#include <linux/arm-smccc.h>
#include <linux/bitfield.h>
#include <linux/bits.h>
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/module.h>
#include <linux/scatterlist.h>
#include <linux/sizes.h>
#include <linux/types.h>
#include <linux/uuid.h>

#define FFA_SMC(calling_convention, func_num)                                                      \
	ARM_SMCCC_CALL_VAL(ARM_SMCCC_FAST_CALL, (calling_convention), ARM_SMCCC_OWNER_STANDARD,    \
			   (func_num))
#define FFA_SMC_32(func_num) FFA_SMC(ARM_SMCCC_SMC_32, (func_num))
#define FFA_SMC_64(func_num) FFA_SMC(ARM_SMCCC_SMC_64, (func_num))

#define FFA_ERROR FFA_SMC_32(0x60)
#define FFA_SUCCESS FFA_SMC_32(0x61)
#define FFA_FN64_SUCCESS FFA_SMC_64(0x61)
#define FFA_INTERRUPT FFA_SMC_32(0x62)
#define FFA_VERSION FFA_SMC_32(0x63)
#define FFA_FEATURES FFA_SMC_32(0x64)
#define FFA_RX_RELEASE FFA_SMC_32(0x65)
#define FFA_RXTX_MAP FFA_SMC_32(0x66)
#define FFA_FN64_RXTX_MAP FFA_SMC_64(0x66)
#define FFA_RXTX_UNMAP FFA_SMC_32(0x67)
#define FFA_PARTITION_INFO_GET FFA_SMC_32(0x68)
#define FFA_ID_GET FFA_SMC_32(0x69)
#define FFA_MSG_POLL FFA_SMC_32(0x6A)
#define FFA_MSG_WAIT FFA_SMC_32(0x6B)
#define FFA_YIELD FFA_SMC_32(0x6C)
#define FFA_RUN FFA_SMC_32(0x6D)
#define FFA_MSG_SEND FFA_SMC_32(0x6E)
#define FFA_MSG_SEND_DIRECT_REQ FFA_SMC_32(0x6F)
#define FFA_FN64_MSG_SEND_DIRECT_REQ FFA_SMC_64(0x6F)
#define FFA_MSG_SEND_DIRECT_RESP FFA_SMC_32(0x70)
#define FFA_FN64_MSG_SEND_DIRECT_RESP FFA_SMC_64(0x70)
#define FFA_MEM_DONATE FFA_SMC_32(0x71)
#define FFA_FN64_MEM_DONATE FFA_SMC_64(0x71)
#define FFA_MEM_LEND FFA_SMC_32(0x72)
#define FFA_FN64_MEM_LEND FFA_SMC_64(0x72)
#define FFA_MEM_SHARE FFA_SMC_32(0x73)
#define FFA_FN64_MEM_SHARE FFA_SMC_64(0x73)
#define FFA_MEM_RETRIEVE_REQ FFA_SMC_32(0x74)
#define FFA_FN64_MEM_RETRIEVE_REQ FFA_SMC_64(0x74)
#define FFA_MEM_RETRIEVE_RESP FFA_SMC_32(0x75)
#define FFA_MEM_RELINQUISH FFA_SMC_32(0x76)
#define FFA_MEM_RECLAIM FFA_SMC_32(0x77)
#define FFA_MEM_OP_PAUSE FFA_SMC_32(0x78)
#define FFA_MEM_OP_RESUME FFA_SMC_32(0x79)
#define FFA_MEM_FRAG_RX FFA_SMC_32(0x7A)
#define FFA_MEM_FRAG_TX FFA_SMC_32(0x7B)
#define FFA_NORMAL_WORLD_RESUME FFA_SMC_32(0x7C)
#define FFA_NOTIFICATION_BITMAP_CREATE FFA_SMC_32(0x7D)
#define FFA_NOTIFICATION_BITMAP_DESTROY FFA_SMC_32(0x7E)
#define FFA_NOTIFICATION_BIND FFA_SMC_32(0x7F)
#define FFA_NOTIFICATION_UNBIND FFA_SMC_32(0x80)
#define FFA_NOTIFICATION_SET FFA_SMC_32(0x81)
#define FFA_NOTIFICATION_GET FFA_SMC_32(0x82)
#define FFA_NOTIFICATION_INFO_GET FFA_SMC_32(0x83)
#define FFA_FN64_NOTIFICATION_INFO_GET FFA_SMC_64(0x83)
#define FFA_RX_ACQUIRE FFA_SMC_32(0x84)
#define FFA_SPM_ID_GET FFA_SMC_32(0x85)
#define FFA_MSG_SEND2 FFA_SMC_32(0x86)
#define FFA_SECONDARY_EP_REGISTER FFA_SMC_32(0x87)
#define FFA_FN64_SECONDARY_EP_REGISTER FFA_SMC_64(0x87)
#define FFA_MEM_PERM_GET FFA_SMC_32(0x88)
#define FFA_FN64_MEM_PERM_GET FFA_SMC_64(0x88)
#define FFA_MEM_PERM_SET FFA_SMC_32(0x89)
#define FFA_FN64_MEM_PERM_SET FFA_SMC_64(0x89)
#define FFA_CONSOLE_LOG FFA_SMC_32(0x8A)
#define FFA_PARTITION_INFO_GET_REGS FFA_SMC_64(0x8B)
#define FFA_EL3_INTR_HANDLE FFA_SMC_32(0x8C)
#define FFA_MSG_SEND_DIRECT_REQ2 FFA_SMC_64(0x8D)
#define FFA_MSG_SEND_DIRECT_RESP2 FFA_SMC_64(0x8E)

/* The 64-bit form of a call that has one, on a 64-bit kernel. */
#define FFA_FN_NATIVE(name) FFA_FN64_##name

#define FFA_RET_SUCCESS (0)
#define FFA_RET_NOT_SUPPORTED (-1)
#define FFA_RET_INVALID_PARAMETERS (-2)
#define FFA_RET_NO_MEMORY (-3)
#define FFA_RET_BUSY (-4)
#define FFA_RET_INTERRUPTED (-5)
#define FFA_RET_DENIED (-6)
#define FFA_RET_RETRY (-7)
#define FFA_RET_ABORTED (-8)
#define FFA_RET_NO_DATA (-9)
#define FFA_RET_NOT_READY (-10)

/* Feature ids other than function ids. */
#define FFA_FEAT_NOTIFICATION_PENDING_INT (1)
#define FFA_FEAT_SCHEDULE_RECEIVER_INT (2)
#define FFA_FEAT_MANAGED_EXIT_INT (3)

/* FFA_FEATURES(RXTX_MAP), a2 of the answer. */
#define FFA_FEAT_RXTX_MIN_SZ_4K 0
#define FFA_FEAT_RXTX_MIN_SZ_64K 1
#define FFA_FEAT_RXTX_MIN_SZ_16K 2
#define FFA_FEAT_RXTX_MIN_SZ_MASK GENMASK(1, 0)

#define FFA_MAJOR_VERSION_MASK GENMASK(30, 16)
#define FFA_MINOR_VERSION_MASK GENMASK(15, 0)
#define FFA_MAJOR_VERSION(x) ((u16)(FIELD_GET(FFA_MAJOR_VERSION_MASK, (x))))
#define FFA_MINOR_VERSION(x) ((u16)(FIELD_GET(FFA_MINOR_VERSION_MASK, (x))))
#define FFA_PACK_VERSION_INFO(major, minor)                                                        \
	(FIELD_PREP(FFA_MAJOR_VERSION_MASK, (major)) | FIELD_PREP(FFA_MINOR_VERSION_MASK, (minor)))
#define FFA_VERSION_1_0 FFA_PACK_VERSION_INFO(1, 0)
#define FFA_VERSION_1_1 FFA_PACK_VERSION_INFO(1, 1)
#define FFA_VERSION_1_2 FFA_PACK_VERSION_INFO(1, 2)

/* FF-A counts buffers and ranges in 4K pages whatever the kernel's page size is. */
#define FFA_PAGE_SIZE SZ_4K

/* --- the bus --------------------------------------------------------------------------------- */
struct ffa_ops;

struct ffa_device {
	u32 id;
	u32 properties;
	int vm_id;
	bool mode_32bit;
	uuid_t uuid;
	struct device dev;
	const struct ffa_ops *ops;
};
#define to_ffa_dev(d) container_of(d, struct ffa_device, dev)

struct ffa_device_id {
	uuid_t uuid;
};

struct ffa_driver {
	const char *name;
	int (*probe)(struct ffa_device *sdev);
	void (*remove)(struct ffa_device *sdev);
	const struct ffa_device_id *id_table;

	struct device_driver driver;
};
#define to_ffa_driver(d) container_of_const(d, struct ffa_driver, driver)

static inline void ffa_dev_set_drvdata(struct ffa_device *fdev, void *data)
{
	dev_set_drvdata(&fdev->dev, data);
}

static inline void *ffa_dev_get_drvdata(struct ffa_device *fdev)
{
	return dev_get_drvdata(&fdev->dev);
}

struct ffa_partition_info;

#ifdef FFASIM_KERNEL_7
/* With the device's parent. Another symbol than that of 6.12, whose callers give none. */
struct ffa_device *ffa_device_register(const struct ffa_partition_info *part_info,
				       const struct ffa_ops *ops,
				       struct device *parent) __asm__("ffa_device_register_below");
#else
struct ffa_device *ffa_device_register(const struct ffa_partition_info *part_info,
				       const struct ffa_ops *ops);
#endif
void ffa_device_unregister(struct ffa_device *ffa_dev);
void ffa_devices_unregister(void);
int ffa_driver_register(struct ffa_driver *driver, struct module *owner, const char *mod_name);
void ffa_driver_unregister(struct ffa_driver *driver);
bool ffa_device_is_valid(struct ffa_device *ffa_dev);

#define ffa_register(driver) ffa_driver_register(driver, THIS_MODULE, KBUILD_MODNAME)
#define ffa_unregister(driver) ffa_driver_unregister(driver)

/* One line in a driver that only registers itself. */
#define module_ffa_driver(__ffa_driver) module_driver(__ffa_driver, ffa_register, ffa_unregister)

extern const struct bus_type ffa_bus_type;

/* --- partitions and messages ------------------------------------------------------------------ */
#define FFA_PARTITION_DIRECT_RECV BIT(0)
#define FFA_PARTITION_DIRECT_SEND BIT(1)
#define FFA_PARTITION_INDIRECT_MSG BIT(2)
#define FFA_PARTITION_NOTIFICATION_RECV BIT(3)
#define FFA_PARTITION_AARCH64_EXEC BIT(8)

struct ffa_partition_info {
	u16 id;
	u16 exec_ctxt;
	u32 properties;
	u32 uuid[4]; /* the UUID's bytes in canonical order */
};

static inline bool ffa_partition_check_property(struct ffa_device *dev, u32 property)
{
	return dev->properties & property;
}

#define ffa_partition_supports_notify_recv(dev)                                                    \
	ffa_partition_check_property(dev, FFA_PARTITION_NOTIFICATION_RECV)
#define ffa_partition_supports_indirect_msg(dev)                                                   \
	ffa_partition_check_property(dev, FFA_PARTITION_INDIRECT_MSG)
#define ffa_partition_supports_direct_recv(dev)                                                    \
	ffa_partition_check_property(dev, FFA_PARTITION_DIRECT_RECV)

struct ffa_send_direct_data {
	unsigned long data0; /* w3/x3 */
	unsigned long data1;
	unsigned long data2;
	unsigned long data3;
	unsigned long data4; /* w7/x7 */
};

struct ffa_send_direct_data2 {
	unsigned long data[14]; /* x4..x17 */
};

struct ffa_indirect_msg_hdr {
	u32 flags;
	u32 res0;
	u32 offset;
	u32 send_recv_id;
	u32 size;
#ifdef FFASIM_KERNEL_7
	u32 res1;
	uuid_t uuid;
#endif
};

/* --- memory transactions ---------------------------------------------------------------------- */
struct ffa_mem_region_addr_range {
	u64 address;
	u32 pg_cnt;
	u32 reserved;
};

struct ffa_composite_mem_region {
	u32 total_pg_cnt;
	u32 addr_range_cnt;
	u64 reserved;
	struct ffa_mem_region_addr_range constituents[];
};

/* What one borrower gets. The caller fills receiver, attrs and impdef_val. */
struct ffa_mem_region_attributes {
	u16 receiver;
#define FFA_MEM_RO BIT(0)
#define FFA_MEM_RW BIT(1)
#define FFA_MEM_NO_EXEC BIT(2)
#define FFA_MEM_EXEC BIT(3)
	u8 attrs;
#define FFA_MEM_RETRIEVE_SELF_BORROWER BIT(0)
	u8 flag;
	u32 composite_off;
	u8 impdef_val[16]; /* 1.2 and later */
	u64 reserved;
};

struct ffa_mem_region {
	u16 sender_id;
#define FFA_MEM_NORMAL BIT(5)
#define FFA_MEM_DEVICE BIT(4)
#define FFA_MEM_WRITE_BACK (3 << 2)
#define FFA_MEM_NON_CACHEABLE (1 << 2)
#define FFA_MEM_NON_SHAREABLE (0)
#define FFA_MEM_OUTER_SHAREABLE (2)
#define FFA_MEM_INNER_SHAREABLE (3)
	u16 attributes;
#define FFA_MEM_CLEAR BIT(0)
#define FFA_TIME_SLICE_ENABLE BIT(1)
#define FFA_MEM_CLEAR_AFTER_RECLAIM BIT(2)
	u32 flags;
	u64 handle;
	u64 tag;
	u32 ep_mem_size;
	u32 ep_count;
	u32 ep_mem_offset;
	u32 reserved[3];
};

/* 1.0 has neither ep_mem_offset nor what follows it; 1.2 has the implementation-defined value. */
#define FFA_EMAD_HAS_IMPDEF_FIELD(version) ((version) >= FFA_VERSION_1_2)
#define FFA_MEM_REGION_HAS_EP_MEM_OFFSET(version) ((version) > FFA_VERSION_1_0)

static inline u32 ffa_emad_size_get(u32 ffa_version)
{
	return FFA_EMAD_HAS_IMPDEF_FIELD(ffa_version)
		       ? sizeof(struct ffa_mem_region_attributes)
		       : offsetof(struct ffa_mem_region_attributes, impdef_val) + sizeof(u64);
}

/* Offset of borrower descriptor @count; with the number of borrowers, of the composite. */
static inline u32 ffa_mem_desc_offset(void *buf, int count, u32 ffa_version)
{
	u32 first = FFA_MEM_REGION_HAS_EP_MEM_OFFSET(ffa_version)
			    ? sizeof(struct ffa_mem_region)
			    : offsetof(struct ffa_mem_region, ep_mem_offset);

	return first + count * ffa_emad_size_get(ffa_version);
}

struct ffa_mem_ops_args {
	bool use_txbuf;
	u32 nattrs;
	u32 flags;
	u64 tag;
	u64 g_handle;		/* out */
	struct scatterlist *sg; /* walked to its end: NULL afterwards */
	struct ffa_mem_region_attributes *attrs;
};

/* --- what a driver may call ------------------------------------------------------------------- */
struct ffa_info_ops {
	u32 (*api_version_get)(void);
	int (*partition_info_get)(const char *uuid_str, struct ffa_partition_info *buffer);
};

/* The two forms of sync_send_receive2 have a place each; a driver knows one of them. */
#ifdef FFASIM_KERNEL_7
#define FFA_REQ2_BY_UUID kother_send_receive2_
#define FFA_REQ2_BY_DEVICE sync_send_receive2
#else
#define FFA_REQ2_BY_UUID sync_send_receive2
#define FFA_REQ2_BY_DEVICE kother_send_receive2_
#endif

struct ffa_msg_ops {
	void (*mode_32bit_set)(struct ffa_device *dev);
	int (*sync_send_receive)(struct ffa_device *dev, struct ffa_send_direct_data *data);
	int (*indirect_send)(struct ffa_device *dev, void *buf, size_t sz);
	int (*FFA_REQ2_BY_UUID)(struct ffa_device *dev, const uuid_t *uuid,
				struct ffa_send_direct_data2 *data);
	int (*FFA_REQ2_BY_DEVICE)(struct ffa_device *dev, struct ffa_send_direct_data2 *data);
};

struct ffa_mem_ops {
	int (*memory_reclaim)(u64 g_handle, u32 flags);
	int (*memory_share)(struct ffa_mem_ops_args *args);
	int (*memory_lend)(struct ffa_mem_ops_args *args);
};

struct ffa_cpu_ops {
	int (*run)(struct ffa_device *dev, u16 vcpu);
};

typedef void (*ffa_sched_recv_cb)(u16 vcpu, bool is_per_vcpu, void *cb_data);
typedef void (*ffa_notifier_cb)(int notify_id, void *cb_data);
/* A notification of the framework; @buf: the message that came with it, or NULL. */
typedef void (*ffa_fwk_notifier_cb)(int notify_id, void *cb_data, void *buf);

struct ffa_notifier_ops {
	int (*sched_recv_cb_register)(struct ffa_device *dev, ffa_sched_recv_cb cb, void *cb_data);
	int (*sched_recv_cb_unregister)(struct ffa_device *dev);
	int (*notify_request)(struct ffa_device *dev, bool per_vcpu, ffa_notifier_cb cb,
			      void *cb_data, int notify_id);
	int (*notify_relinquish)(struct ffa_device *dev, int notify_id);
	int (*notify_send)(struct ffa_device *dev, int notify_id, bool per_vcpu, u16 vcpu);
#ifndef FFASIM_KERNEL_7
#define fwk_notify_request kfwk_notify_request_ /* 7.x only */
#define fwk_notify_relinquish kfwk_notify_relinquish_
#endif
	int (*fwk_notify_request)(struct ffa_device *dev, ffa_fwk_notifier_cb cb, void *cb_data,
				  int notify_id);
	int (*fwk_notify_relinquish)(struct ffa_device *dev, int notify_id);
#ifndef FFASIM_KERNEL_7
#undef fwk_notify_request
#undef fwk_notify_relinquish
#endif
};

struct ffa_ops {
	const struct ffa_info_ops *info_ops;
	const struct ffa_msg_ops *msg_ops;
	const struct ffa_mem_ops *mem_ops;
	const struct ffa_cpu_ops *cpu_ops;
	const struct ffa_notifier_ops *notifier_ops;
};

#endif
