/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A client of the crypto service, call by call as libts makes them (trusted-services.md 2.4): asks
 * all 16 devices what they are, opens a session at the first that has the service, allocates one
 * buffer of 8192 bytes, and talks packed-c. It signs and verifies, exports, encrypts, hashes and
 * enciphers, and prints what came out: the bytes must not depend on what happens below it.
 * usage: crypto_client [rsa | keep]   exit 0 = everything came out right
 *   rsa   also makes an RSA key, which takes the service long
 *   keep  only shows the public part of a persistent key, which it makes when there is none
 */
#include "ts_client.h"

#define SESSION_BYTES 8192
#define CHUNK_BYTES 4072 /* what a client sends at once to a cipher (3.2) */

#define USAGE_SIGN_VERIFY 0x3000u
#define USAGE_CRYPT 0x300u
#define ECC_KEY_PAIR_SECP_R1 0x7112u
#define RSA_KEY_PAIR 0x7001u
#define AES 0x2400u
#define DETERMINISTIC_ECDSA_SHA256 0x06000709u
#define RSA_PKCS1V15_CRYPT 0x07000200u
#define SHA256 0x02000009u
#define CTR 0x04c01000u
#define INVALID_SIGNATURE (-149)
#define ALREADY_EXISTS (-139)
#define KEPT_KEY 0x100u

static const uint8_t uuid[16] = {0xd9, 0xdf, 0x52, 0xd5, 0x16, 0xa2, 0x4b, 0xb2,
				 0x9a, 0xa4, 0xd2, 0x6d, 0x3b, 0x84, 0xe8, 0xc0};
static struct ts_client c;
static uint8_t request[SESSION_BYTES];
static size_t used;

static void die(const char *what)
{
	fprintf(stderr, "crypto_client: %s (errno %d)\n", what, errno);
	exit(1);
}

/* ---- finding the service ---- */
static struct {
	char path[24];
	uint16_t endpoint;
} device[TS_DEVICES];

static void query(void)
{
	for (int n = 0; n < TS_DEVICES; n++) {
		struct tee_ioctl_version_data v;
		char path[24];
		int fd;

		snprintf(path, sizeof(path), "/dev/tee%d", n);
		fd = open(path, O_RDWR);
		if (fd < 0)
			continue;
		if (!ioctl(fd, TEE_IOC_VERSION, &v) && v.impl_id == TS_IMPL_ID) {
			memcpy(device[n].path, path, sizeof(path));
			device[n].endpoint = (uint16_t)v.impl_caps;
		}
		close(fd);
	}
}

/* Entries that were not filled have an empty path, which is tried all the same. */
static bool open_context(void)
{
	for (int n = 0; n < TS_DEVICES; n++) {
		struct tee_ioctl_open_session_arg arg = {0};
		struct tee_ioctl_buf_data head = {(uintptr_t)&arg, sizeof(arg)};
		struct tee_ioctl_shm_alloc_data shm = {.size = SESSION_BYTES};
		int shm_fd;

		c.fd = open(device[n].path, O_RDWR);
		if (c.fd < 0)
			continue;
		memcpy(arg.uuid, uuid, 16);
		if (ioctl(c.fd, TEE_IOC_OPEN_SESSION, &head) || arg.ret) {
			close(c.fd);
			continue;
		}
		c.session = arg.session;
		shm_fd = ioctl(c.fd, TEE_IOC_SHM_ALLOC, &shm);
		if (shm_fd < 0)
			die("shared memory");
		c.shm_id = shm.id;
		c.buf_bytes = shm.size;
		c.buf = mmap(NULL, shm.size, PROT_READ | PROT_WRITE, MAP_SHARED, shm_fd, 0);
		close(shm_fd);
		if (c.buf == MAP_FAILED)
			die("mmap");
		return true;
	}
	return false;
}

/* ---- packed-c ---- */
static void word(uint32_t v)
{
	memcpy(request + used, &v, 4);
	used += 4;
}

static void tlv(uint16_t tag, const void *data, size_t len)
{
	const uint8_t head[4] = {(uint8_t)(tag >> 8), (uint8_t)tag, (uint8_t)(len >> 8),
				 (uint8_t)len};

	memcpy(request + used, head, 4);
	memcpy(request + used + 4, data, len);
	used += 4 + len;
}

/* @id: of a persistent key; 0 = volatile */
static void attributes_of(uint32_t id, uint32_t type, uint32_t bits, uint32_t usage, uint32_t alg)
{
	word(type);
	word(bits);
	word(id ? 1 : 0);
	word(id);
	word(usage);
	word(alg);
}

static void attributes(uint32_t type, uint32_t bits, uint32_t usage, uint32_t alg)
{
	attributes_of(0, type, bits, usage, alg);
}

static int32_t call(uint32_t opcode, size_t *got)
{
	size_t len;
	int32_t status;

	memcpy(c.buf, request, used);
	status = ts_call(&c, opcode, used, &len);
	used = 0;
	if (status == INT32_MIN)
		die("invoke");
	if (got)
		*got = len;
	return status;
}

static uint32_t call_for_word(const char *what, uint32_t opcode)
{
	uint32_t v;
	size_t len;
	const int32_t status = call(opcode, &len);

	if (status || len != 4) {
		fprintf(stderr, "crypto_client: %s: status %d\n", what, status);
		exit(1);
	}
	memcpy(&v, c.buf, 4);
	return v;
}

/* The value of record 1. */
static size_t call_for_bytes(const char *what, uint32_t opcode, uint8_t *out)
{
	size_t len, n;
	const int32_t status = call(opcode, &len);

	n = len < 4 ? 0 : (size_t)c.buf[2] << 8 | c.buf[3];
	if (status || len < 4 || c.buf[0] || c.buf[1] != 1 || n + 4 > len) {
		fprintf(stderr, "crypto_client: %s: status %d\n", what, status);
		exit(1);
	}
	memcpy(out, c.buf + 4, n);
	return n;
}

static void print(const char *what, const uint8_t *data, size_t len)
{
	printf("%-10s", what);
	for (size_t i = 0; i < len && i < 32; i++)
		printf("%02x", data[i]);
	printf("%s\n", len > 32 ? "..." : "");
}

static int32_t destroy(uint32_t key)
{
	word(key);
	return call(0x0102, NULL);
}

/* ---- what it does ---- */
static void sign_and_verify(void)
{
	uint8_t hash[24], sig[64], data[200];
	uint32_t key;
	size_t len;

	for (size_t i = 0; i < sizeof(hash); i++)
		hash[i] = (uint8_t)(i * 11);
	attributes(ECC_KEY_PAIR_SECP_R1, 256, USAGE_SIGN_VERIFY, DETERMINISTIC_ECDSA_SHA256);
	key = call_for_word("generate key", 0x0101);
	word(key);
	len = call_for_bytes("export public key", 0x0106, data);
	print("public", data, len);
	word(key);
	word(DETERMINISTIC_ECDSA_SHA256);
	tlv(1, hash, sizeof(hash));
	if (call_for_bytes("sign", 0x0108, sig) != sizeof(sig))
		die("length of a signature");
	print("signature", sig, sizeof(sig));
	for (int damaged = 0; damaged < 2; damaged++) {
		hash[0] ^= (uint8_t)damaged;
		word(key);
		word(DETERMINISTIC_ECDSA_SHA256);
		tlv(1, hash, sizeof(hash));
		tlv(2, sig, sizeof(sig));
		if (call(0x0109, NULL) != (damaged ? INVALID_SIGNATURE : 0))
			die(damaged ? "a damaged hash verifies" : "the signature does not verify");
	}
	puts("verified");
	if (destroy(key) || destroy(key) != -136)
		die("destroy");
}

static void random_and_hash(void)
{
	uint8_t data[128], hash[64];
	uint32_t op;
	size_t len;

	word(sizeof(data));
	len = call_for_bytes("random", 0x010c, data);
	print("random", data, len);
	word(SHA256);
	op = call_for_word("hash setup", 0x0201);
	for (size_t at = 0; at < len; at += 50) {
		word(op);
		tlv(1, data + at, len - at < 50 ? len - at : 50);
		if (call(0x0202, NULL))
			die("hash update");
	}
	word(op);
	len = call_for_bytes("hash finish", 0x0203, hash);
	print("hash", hash, len);
}

/* There and back in chunks, as a client library cuts them. */
static void through(uint32_t setup, uint32_t key, const uint8_t iv[16], const uint8_t *in,
		    uint8_t *out, size_t len)
{
	uint32_t op;

	word(key);
	word(CTR);
	op = call_for_word("cipher setup", setup);
	word(op);
	tlv(1, iv, 16);
	if (call(0x0304, NULL))
		die("set iv");
	for (size_t at = 0, n; at < len; at += n) {
		n = len - at < CHUNK_BYTES ? len - at : CHUNK_BYTES;
		word(op);
		tlv(1, in + at, n);
		if (call_for_bytes("cipher update", 0x0305, out + at) != n)
			die("length of ciphertext");
	}
	word(op);
	call_for_bytes("cipher finish", 0x0306, out + len);
}

static void encipher(void)
{
	static uint8_t text[9999], there[9999 + 16], back[9999 + 16];
	const uint8_t iv[16] = {1, 2, 3};
	uint32_t key;

	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (uint8_t)(i * i);
	attributes(AES, 256, USAGE_CRYPT, CTR);
	key = call_for_word("generate AES key", 0x0101);
	through(0x0301, key, iv, text, there, sizeof(text));
	print("cipher", there, sizeof(text));
	through(0x0302, key, iv, there, back, sizeof(text));
	if (memcmp(text, back, sizeof(text)))
		die("text changed");
	if (destroy(key))
		die("destroy");
}

static void rsa(void)
{
	const char *text = "top of the morning";
	uint8_t there[128], back[128];
	uint32_t key;
	size_t len;

	attributes(RSA_KEY_PAIR, 1024, USAGE_CRYPT, RSA_PKCS1V15_CRYPT);
	key = call_for_word("generate RSA key", 0x0101);
	word(key);
	word(RSA_PKCS1V15_CRYPT);
	tlv(1, text, strlen(text));
	len = call_for_bytes("encrypt", 0x010b, there);
	print("rsa", there, len);
	word(key);
	word(RSA_PKCS1V15_CRYPT);
	tlv(1, there, len);
	len = call_for_bytes("decrypt", 0x010a, back);
	if (len != strlen(text) || memcmp(back, text, len))
		die("text changed");
	if (destroy(key))
		die("destroy");
}

static int keep(void)
{
	uint8_t data[128];
	int32_t status;
	size_t len;

	attributes_of(KEPT_KEY, ECC_KEY_PAIR_SECP_R1, 256, USAGE_SIGN_VERIFY,
		      DETERMINISTIC_ECDSA_SHA256);
	status = call(0x0101, NULL);
	if (status && status != ALREADY_EXISTS) {
		fprintf(stderr, "crypto_client: keep: status %d\n", status);
		return 1;
	}
	word(KEPT_KEY);
	len = call_for_bytes("export public key", 0x0106, data);
	print(status ? "kept" : "new", data, len);
	return 0;
}

int main(int argc, char **argv)
{
	query();
	if (!open_context())
		die("no device has the crypto service");
	if (argc > 1 && !strcmp(argv[1], "keep"))
		return keep() | ts_close(&c);
	random_and_hash();
	sign_and_verify();
	encipher();
	if (argc > 1 && !strcmp(argv[1], "rsa"))
		rsa();
	return ts_close(&c) ? 1 : 0;
}
