/* SPDX-License-Identifier: BSD-3-Clause */
/* Shared by the files of the tee module only. */
#ifndef FFASIM_TEE_PRIVATE_H
#define FFASIM_TEE_PRIVATE_H

#include <linux/cdev.h>
#include <linux/device.h>
#include <linux/fs.h>
#include <linux/tee_core.h>
#include <linux/types.h>

/* Largest buf_len of the calls with parameters: 1024 up to 6.17, 4096 from 6.18. */
extern unsigned int tee_max_arg_size;

extern const struct class tee_class;
extern const struct file_operations tee_fops;

/* tee_device.c: a user is an open context or a shared-memory object. */
bool tee_device_get(struct tee_device *teedev);
void tee_device_put(struct tee_device *teedev);
/* References of a context; no-ops while its driver's release op runs. */
void teedev_ctx_get(struct tee_context *ctx);
void teedev_ctx_put(struct tee_context *ctx);
int tee_devices_init(void);
void tee_devices_exit(void);

/* tee_ioctl.c */
long tee_ioctl(struct file *filp, unsigned int cmd, unsigned long arg);

/* tee_param.c */
int tee_params_from_user(struct tee_context *ctx, struct tee_param *params, size_t num_params,
			 struct tee_ioctl_param __user *uparams);
int tee_params_to_user(struct tee_ioctl_param __user *uparams, size_t num_params,
		       struct tee_param *params);
int tee_params_to_supp(struct tee_ioctl_param __user *uparams, size_t num_params,
		       struct tee_param *params);
int tee_params_from_supp(struct tee_param *params, size_t num_params,
			 struct tee_ioctl_param __user *uparams);
void tee_params_put(struct tee_param *params, size_t num_params);

/* tee_shm.c */
struct tee_shm *tee_shm_alloc_user_buf(struct tee_context *ctx, size_t size);
struct tee_shm *tee_shm_register_user_buf(struct tee_context *ctx, unsigned long addr,
					  size_t length);
int tee_shm_get_fd(struct tee_shm *shm);

#endif
