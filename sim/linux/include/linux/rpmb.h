/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_RPMB_H
#define _LINUX_RPMB_H
/* CONFIG_RPMB is not set: there is no RPMB device, and whoever asks for one is told so. */
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/types.h>
enum rpmb_type { RPMB_TYPE_EMMC, RPMB_TYPE_UFS, RPMB_TYPE_NVME };
struct rpmb_descr {
	enum rpmb_type type;
	int (*route_frames)(struct device *dev, u8 *req, unsigned int req_len, u8 *resp,
			    unsigned int resp_len);
	u8 *dev_id;
	size_t dev_id_len;
	u16 reliable_wr_count;
	u16 capacity;
};
struct rpmb_dev {
	struct device dev;
	int id;
	struct list_head list_node;
	struct rpmb_descr descr;
};
#define to_rpmb_dev(x) container_of((x), struct rpmb_dev, dev)
static inline struct rpmb_dev *rpmb_dev_get(struct rpmb_dev *rdev)
{
	(void)rdev;
	return NULL;
}
static inline void rpmb_dev_put(struct rpmb_dev *rdev)
{
	(void)rdev;
}
static inline struct rpmb_dev *rpmb_dev_find_device(const void *data, const struct rpmb_dev *start,
						    int (*match)(struct device *dev,
								 const void *data))
{
	(void)data;
	(void)start;
	(void)match;
	return NULL;
}
static inline int rpmb_interface_register(struct class_interface *intf)
{
	(void)intf;
	return -EOPNOTSUPP;
}
static inline void rpmb_interface_unregister(struct class_interface *intf)
{
	(void)intf;
}
static inline struct rpmb_dev *rpmb_dev_register(struct device *dev, struct rpmb_descr *descr)
{
	(void)dev;
	(void)descr;
	return NULL;
}
static inline int rpmb_dev_unregister(struct rpmb_dev *rdev)
{
	(void)rdev;
	return 0;
}
static inline int rpmb_route_frames(struct rpmb_dev *rdev, u8 *req, unsigned int req_len, u8 *resp,
				    unsigned int resp_len)
{
	(void)rdev;
	(void)req;
	(void)req_len;
	(void)resp;
	(void)resp_len;
	return -EOPNOTSUPP;
}
#endif
