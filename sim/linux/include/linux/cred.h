/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _LINUX_CRED_H
#define _LINUX_CRED_H
/* Credentials of the current process. */
#include <linux/types.h>
typedef struct {
	uid_t val;
} kuid_t;
typedef struct {
	gid_t val;
} kgid_t;
struct user_namespace;
kuid_t kcurrent_euid(void);
kgid_t kcurrent_egid(void);
#define current_euid() kcurrent_euid()
#define current_egid() kcurrent_egid()
#define current_user_ns() ((struct user_namespace *)0)
#define INVALID_GID ((kgid_t){(gid_t)-1})
#define KGIDT_INIT(v) ((kgid_t){v})
static inline kgid_t make_kgid(struct user_namespace *ns, gid_t gid)
{
	(void)ns;
	return (kgid_t){gid};
}
static inline bool gid_valid(kgid_t gid)
{
	return gid.val != (gid_t)-1;
}
static inline uid_t from_kuid(struct user_namespace *ns, kuid_t uid)
{
	(void)ns;
	return uid.val;
}
int in_egroup_p(kgid_t gid);
#endif
