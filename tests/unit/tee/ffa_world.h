/* SPDX-License-Identifier: BSD-3-Clause */
/* A world of the FF-A core driver and one client module (ffa_client.c), without a TEE driver. */
#ifndef TESTS_TEE_FFA_WORLD_H
#define TESTS_TEE_FFA_WORLD_H

#include "ffasim/services.h"
#include "tee_world.h"

/* The client's functions, of this world's client after ffa_world_find(). */
extern int (*ffa_send)(int narrow, unsigned long data0, unsigned long *answer0);
extern int (*ffa_run)(unsigned vcpu);
extern int (*ffa_share)(unsigned ranges, int use_txbuf, int lend, unsigned long long *handle);
extern int (*ffa_notify)(int id);
extern unsigned (*ffa_version)(void);
extern int (*ffa_extended)(const unsigned char *uuid, unsigned long first, unsigned long *answer);
extern int (*ffa_indirect)(const void *text, unsigned long bytes);
extern void (*ffa_sleep)(unsigned ms);
extern const char *(*ffa_message)(void);
extern int (*ffa_framework)(int on);

void ffa_world_init(void);
/* A world of @generation, its client the module at @client. */
void ffa_world_init_generation(enum klinux_generation generation, const char *client);
/* In a task of the world: looks the client up, as clients of both generations get loaded in time.
 */
void ffa_world_find(void);

#endif
