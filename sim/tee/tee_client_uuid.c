// SPDX-License-Identifier: BSD-3-Clause
/*
 * Who a client is, as a UUID that the secure side can compare (linux-tee.md 2.8): nobody in
 * particular, or a version 5 UUID made of the user's or of one of his groups' numbers. The SHA-1 of
 * a name space and a text, cut to 16 octets, is all there is to it.
 * Not modelled: the application logins, which the kernel refuses.
 */
#include <crypto/hash.h>
#include <crypto/sha1.h>
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uuid.h>
#include "tee_private.h"

/* "uid=" or "gid=" and up to 8 hex digits */
#define NAME_BYTES 32

static const uuid_t name_space =
	UUID_INIT(0x58ac9ca0, 0x2086, 0x4683, 0xa1, 0xb8, 0xec, 0x4b, 0xc0, 0x8e, 0x01, 0xb6);

static int digest_of(const char *name, u8 digest[SHA1_DIGEST_SIZE])
{
	struct crypto_shash *sha1 = crypto_alloc_shash("sha1", 0, 0);
	struct shash_desc *desc;
	int rc;

	if (IS_ERR(sha1))
		return PTR_ERR(sha1);
	desc = kzalloc(sizeof(*desc) + crypto_shash_descsize(sha1), GFP_KERNEL);
	if (!desc) {
		rc = -ENOMEM;
		goto out;
	}
	desc->tfm = sha1;
	rc = crypto_shash_init(desc);
	if (!rc)
		rc = crypto_shash_update(desc, name_space.b, sizeof(name_space.b));
	if (!rc)
		rc = crypto_shash_update(desc, (const u8 *)name, strlen(name));
	if (!rc)
		rc = crypto_shash_final(desc, digest);
	kfree(desc);
out:
	crypto_free_shash(sha1);
	return rc;
}

static int uuid_of_name(uuid_t *uuid, const char *name)
{
	u8 digest[SHA1_DIGEST_SIZE];
	int rc = digest_of(name, digest);

	if (rc)
		return rc;
	memcpy(uuid->b, digest, sizeof(uuid->b));
	uuid->b[6] = (uuid->b[6] & 0x0f) | 0x50; /* version 5 */
	uuid->b[8] = (uuid->b[8] & 0x3f) | 0x80; /* RFC 4122 */
	return 0;
}

/* The group is the caller's to name, but only one that he is in. */
static int group_of(const u8 data[TEE_IOCTL_UUID_LEN], u32 *gid)
{
	kgid_t group;

	memcpy(gid, data, sizeof(*gid));
	group = make_kgid(current_user_ns(), *gid);
	if (!gid_valid(group) || !in_egroup_p(group))
		return -EPERM;
	return 0;
}

int tee_session_calc_client_uuid(uuid_t *uuid, u32 connection_method,
				 const u8 connection_data[TEE_IOCTL_UUID_LEN])
{
	char name[NAME_BYTES];
	u32 gid;
	int rc;

	switch (connection_method) {
	case TEE_IOCTL_LOGIN_PUBLIC:
	case TEE_IOCTL_LOGIN_REE_KERNEL:
		uuid_copy(uuid, &uuid_null);
		return 0;
	case TEE_IOCTL_LOGIN_USER:
		snprintf(name, sizeof(name), "uid=%x", current_euid().val);
		return uuid_of_name(uuid, name);
	case TEE_IOCTL_LOGIN_GROUP:
		rc = group_of(connection_data, &gid);
		if (rc)
			return rc;
		snprintf(name, sizeof(name), "gid=%x", gid);
		return uuid_of_name(uuid, name);
	default:
		return -EINVAL;
	}
}
EXPORT_SYMBOL_GPL(tee_session_calc_client_uuid);
