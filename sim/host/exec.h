/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * `ffasim exec SCENARIO -- CLIENT`: an ordinary Linux program, not linked to us and not changed,
 * sees the scenario's tee devices. Its calls come in by seccomp notification (notify.h); each of
 * its threads has a simulated task that makes the same call in the fake kernel. `ffasim serve` is
 * the same for programs that come and go (serve.h).
 *
 * exec.c waits for the host; exec_tasks.c keeps processes and threads; exec_files.c what clients
 * hold open, exec_fds.c by which numbers; exec_calls.c translates one call, exec_mem.c copies.
 */
#ifndef FFASIM_HOST_EXEC_H
#define FFASIM_HOST_EXEC_H

#include <stdio.h>
#include "host/notify.h"
#include "linux/klinux.h"

struct exec;
struct serve;

#define EXEC_ARG_BYTES 8192u
#define EXEC_UNMAPPED 0x10u /* no simulated process has its first page */
#define EXEC_PATH_ROOM 128

/* exec_mem.c: threads whose last call changes what memory there is or what may be done with it. */
#define EXEC_CHANGING 8
/* exec_mem.c: pages of a process that were reached, each at the place of its number. */
#define EXEC_PAGES 8

/* A program with its children: all that one filter watches. */
struct exec_client {
	struct exec *x;
	struct notify notify;
	char name[16];		/* in the simulation */
	struct ktask_attr attr; /* of its tasks: user and group of the program */
	pid_t changing[EXEC_CHANGING];
	unsigned changing_count;
	bool changes_lost; /* there were more */
	bool ended;	   /* no task of it is left, and it is still in the list */
	struct exec_client *next;
};

/* A process of the client as a process of the fake kernel. Its leader makes no calls: it closes
 * what the client let go of when no thread of the process comes back to do so. */
struct exec_process {
	struct exec *x;
	struct exec_client *client;
	pid_t pid;
	unsigned number, threads;
	struct task_struct *leader;
	bool wake, quit;
	/* exec_fds.c: what its low descriptors mean, NULL = not known; threads that change some */
	struct exec_file *known[NOTIFY_FDS];
	unsigned changing;
	struct {
		int fd; /* of /proc/PID/mem; -1 = not opened */
		bool refused;
		unsigned copies;	   /* without it */
		uint64_t stack;		   /* where that of the first thread begins */
		uint64_t page[EXEC_PAGES]; /* address, and what it was reached for */
	} mem;
	struct exec_process *next;
};

struct exec_thread {
	struct exec_process *process;
	pid_t tid;
	struct task_struct *task;
	struct notify_call call;
	char path[EXEC_PATH_ROOM]; /* of a call that names one */
	uint64_t changes;	   /* descriptors that its last call closed or moved, a bit each */
	uint64_t calls;		   /* of those that concerned us */
	bool busy;		   /* has a call, or is making it */
	bool wake, quit;
	uint64_t arg_addr; /* user memory of the simulated process for arguments */
	uint8_t *arg;
	/* Where the body of its last call was: the next one's is likely there too. */
	uint64_t body_addr, body_bytes;
	struct exec_thread *next;
};

/* The descriptor of a simulated process for a file; fork() gives a file to several processes. */
struct exec_fd {
	struct exec_process *process;
	int fd;
	struct exec_fd *next;
};

/* exec_mirror.c: pages that stand for memory of the client's own. */
struct exec_mirror {
	struct exec_process *process; /* whose memory it is; NULL = gone */
	struct exec_file *device;
	int id;		       /* of the shared memory, on the device */
	bool lost;	       /* the process executed another program */
	uint64_t client_addr;  /* of the first page */
	size_t offset, length; /* of what was registered, in the pages */
	uint64_t addr;	       /* of the pages in the simulated process */
	uint8_t *at, *last;    /* the pages; what both sides had in them last */
};

/* What the client holds a descriptor of: a device it opened, or a shared memory. */
struct exec_file {
	struct exec_fd *fds;
	int memfd; /* whose inode the client's descriptor has */
	uint64_t dev, inode;
	int watch;		    /* of its last close */
	void *pages;		    /* of a shared memory: host address of the simulated pages */
	size_t bytes;		    /* of these */
	struct exec_mirror *mirror; /* of memory that the client registered; NULL = another */
	bool let_go;		    /* descriptors and mappings of the client are gone */
	struct exec_file *next;
};

/* How the client's calls are caught (notify.h); the best is seccomp where it is allowed. */
enum exec_way { EXEC_WAY_BEST, EXEC_WAY_SECCOMP, EXEC_WAY_PRELOAD };

struct exec {
	char *const *argv; /* of the one client; NULL = they come through @serve */
	enum exec_way way;
	struct serve *serve; /* NULL = when the last client is gone, it is over */
	struct exec_client *clients;
	int inotify, listener_err;
	bool files_ask; /* no signal says that inotify has something */
	bool let_go;	/* it has */
	struct klinux *k;
	struct machine *m;
	struct task_struct *host_task; /* waits for the host */
	bool host_wake;
	bool over;
	int status; /* of waitpid(), once the client is gone */
	struct exec_process *processes;
	struct exec_thread *threads;
	struct exec_file *files;
	unsigned callers; /* threads that made calls so far */
	uint64_t calls;	  /* system calls served, continued ones left out */
	unsigned mems;	  /* descriptors of clients' memory */
};

/* exec_cmd.c: runs the client beside the scenario at @path. The client has stdin and stdout, what
 * we say goes to stderr. An exit code: the scenario's when it failed, else the client's. */
struct run_options;
int exec_main(const char *path, char *const argv[], enum exec_way way,
	      const struct run_options *options);

/* What a client is and has is looked up in /proc by its number. 0, or the exit code of @command
 * when the numbers there are of another pid namespace. */
int exec_check_host(const char *command);

/* exec.c */
void exec_init(struct exec *x, char *const argv[], struct serve *serve);
/* On the boot task, when the world is up: starts the client and the tasks that serve it. The
 * returned task exits when the client is gone. NULL with x->listener_err */
struct task_struct *exec_begin(struct exec *x, struct klinux *k, struct machine *m);
/* The client's own exit code, 128 + signal when it was killed. */
int exec_status(const struct exec *x);
/* One sentence about why there was no client, for x->listener_err. */
void exec_refused(const struct exec *x, FILE *out);
/* On the task of @t, which has answered its call. */
void exec_call_over(struct exec_thread *t);

/* A program whose calls come through @notify, which is the client's then; child 0 = not our child.
 * NULL = no memory */
struct exec_client *exec_client_add(struct exec *x, const struct notify *notify, const char *comm,
				    uid_t uid, gid_t gid);

/* exec_tasks.c */
/* The thread of a call, made with its first one. NULL = no memory, or it is gone. */
struct exec_thread *exec_thread_of(struct exec_client *c, pid_t tid);
/* Ends the tasks of a client whose files are closed or about to be, and forgets them. */
void exec_tasks_end(struct exec_client *c);

/* exec_files.c */
int exec_files_begin(struct exec *x); /* -errno */
void exec_files_end(struct exec *x);
/* Hands a file of the simulated process to the client as its call's result. @pages: see exec_file.
 * The client's descriptor, or -errno (then @fd is still the caller's). */
int exec_file_give(struct exec_thread *t, int fd, const char *name, bool cloexec, void *pages,
		   size_t bytes);
/* A file with @len_bytes of text, of which nobody keeps track. */
int exec_text_give(struct exec_thread *t, const void *text, size_t len_bytes, bool cloexec);
/* Notices what was let go of and wakes the leaders of the processes it belongs to, but not that of
 * @caller: there a thread is about to close it. */
void exec_files_poll(struct exec *x, const struct exec_process *caller);
/* The descriptor of @t's process for @f, made when it inherited the client's; or -errno. */
int exec_file_fd(struct exec_thread *t, struct exec_file *f);
/* On a task of @p: closes its descriptors of what was let go of. */
void exec_files_close(struct exec_process *p);
bool exec_files_ready(const struct exec *x);   /* there is something to notice */
bool exec_files_pending(const struct exec *x); /* let go of, not closed yet */
bool exec_files_held(const struct exec_client *c);
/* Takes everything @c holds as let go of. */
void exec_files_drop(struct exec_client *c);

/* exec_fds.c */
/* The file behind descriptor @fd of @t's process; NULL = not one of ours. */
struct exec_file *exec_file_find(struct exec_thread *t, int fd);
/* @fd of @t's process is a descriptor of @f. */
void exec_fds_learn(struct exec_thread *t, int fd, struct exec_file *f);
void exec_fds_forget(struct exec *x, const struct exec_file *f); /* @f ends */
/* With each call of @t, when it comes. True: it was for the sake of this only. */
bool exec_fds_watch(struct exec_thread *t);

/* exec_mem.c */
/* Memory of the thread's process, for its call. False = not all of it may be accessed so. */
bool exec_read(struct exec_thread *t, uint64_t addr, void *buf, size_t len_bytes);
bool exec_write(struct exec_thread *t, uint64_t addr, const void *buf, size_t len_bytes);
/* With each call that comes. True: it was for the sake of this only. */
bool exec_mem_watch(struct exec_client *c, const struct notify_call *call);
void exec_mem_end(struct exec_process *p);

/* exec_mirror.c */
struct tee_ioctl_param;
/* Makes the TEE_IOC_SHM_REGISTER whose argument is in t->arg. The client's descriptor, or -errno */
int64_t exec_mirror_register(struct exec_thread *t, struct exec_file *device, int fd);
/* Of registered memory that @param names: takes over what the client has there, gives it what
 * changed. */
void exec_mirror_fetch(struct exec_thread *t, const struct exec_file *device,
		       const struct tee_ioctl_param *param, size_t count);
void exec_mirror_put(struct exec_thread *t, const struct exec_file *device,
		     const struct tee_ioctl_param *param, size_t count);
void exec_mirror_free(struct exec_mirror *m);
void exec_mirror_forget(struct exec *x, const struct exec_file *device); /* @device ends */
/* The memory of @p is not what it was. */
void exec_mirror_lost(struct exec_process *p, bool process_ends);

/* exec_calls.c */
/* Whether the call of @t names something that may be ours; else the host's kernel makes it. */
bool exec_call_concerns(struct exec_thread *t);
/* Makes the call of @t, answers it. On the task of @t. */
void exec_call(struct exec_thread *t);

#endif
