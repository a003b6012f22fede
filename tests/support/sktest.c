/*
 * A FIDO provider for tests: OpenSSH's sk-api (version 10) with a PIN, resident keys and errors. The keys themselves come
 * from OpenSSH's sk-dummy.so, which has none of these. What it does is set by variables:
 *
 * SKTEST_DIR   directory of resident keys, one file each (not set: none are kept)
 * SKTEST_PIN   the PIN that is wanted (not set: any or none will do)
 * SKTEST_FAIL  a number that each call returns instead of doing anything
 * SKTEST_LOG   a file that each call appends a line to: what the caller passed
 * SKTEST_API   the version of the API to report
 * SKTEST_BLIND if set, an enrolment without a PIN replaces a resident key silently; if 2, keys are listed only with a
 *              PIN, so that a token without one is like those that libfido2 reaches
 *
 * Build: cc -shared -fPIC -DSK_DUMMY='"/path/to/sk-dummy.so"' -o sktest.so sktest.c
 */
#include <dirent.h>
#include <dlfcn.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define GENERAL -1
#define PIN_REQUIRED -3
#define DEVICE_NOT_FOUND -4
#define EXISTS -5

#define TOUCH 0x01
#define VERIFY 0x04
#define FORCE 0x10
#define RESIDENT 0x20

struct enrolled {
	uint8_t flags;
	uint8_t *public_key;
	size_t public_key_len;
	uint8_t *key_handle;
	size_t key_handle_len;
	uint8_t *signature;
	size_t signature_len;
	uint8_t *attestation_cert;
	size_t attestation_cert_len;
	uint8_t *authdata;
	size_t authdata_len;
};

struct resident {
	uint32_t alg;
	size_t slot;
	char *application;
	struct enrolled key;
	uint8_t flags;
	uint8_t *user_id;
	size_t user_id_len;
};

struct option {
	char *name;
	char *value;
	uint8_t required;
};

typedef int enroll_call(uint32_t, const uint8_t *, size_t, const char *, uint8_t, const char *, struct option **,
    struct enrolled **);
typedef int sign_call(uint32_t, const uint8_t *, size_t, const char *, const uint8_t *, size_t, uint8_t, const char *,
    struct option **, void **);

static void *
dummy(const char *name)
{
	void *loaded = dlopen(SK_DUMMY, RTLD_NOW | RTLD_LOCAL);

	return loaded == NULL ? NULL : dlsym(loaded, name);
}

static void
report(struct option **options, const char *pin, const char *format, ...)
{
	const char *path = getenv("SKTEST_LOG");
	FILE *file = path == NULL ? NULL : fopen(path, "a");
	va_list arguments;

	if (file == NULL)
		return;
	va_start(arguments, format);
	vfprintf(file, format, arguments);
	va_end(arguments);
	fprintf(file, pin == NULL ? " no pin" : " pin=%s", pin);
	for (; options != NULL && *options != NULL; options++)
		fprintf(file, " %s=%s,%d", (*options)->name, (*options)->value, (*options)->required);
	fputc('\n', file);
	fclose(file);
}

static const char *
option(struct option **options, const char *name)
{
	for (; options != NULL && *options != NULL; options++) {
		if (strcmp((*options)->name, name) == 0)
			return (*options)->value;
	}
	return NULL;
}

static int
failure(void)
{
	const char *number = getenv("SKTEST_FAIL");

	return number == NULL ? 0 : atoi(number);
}

static int
pin_is_wrong(const char *pin)
{
	const char *wanted = getenv("SKTEST_PIN");

	return wanted != NULL && (pin == NULL || strcmp(pin, wanted) != 0);
}

static int
blind(void)
{
	const char *number = getenv("SKTEST_BLIND");

	return number == NULL ? 0 : atoi(number);
}

static void
give(uint8_t **to, size_t *length, const char *text)
{
	free(*to);
	*length = strlen(text);
	*to = (uint8_t *)strdup(text);
}

/* The file of a resident key: its application and its user in hexadecimal digits. */
static int
resident_path(char *path, size_t size, const char *application, const char *user)
{
	const char *directory = getenv("SKTEST_DIR");
	size_t used;

	if (directory == NULL || strlen(directory) + 2 * strlen(application) + 2 * strlen(user) + 4 > size)
		return -1;
	used = (size_t)sprintf(path, "%s/", directory);
	for (; *application != '\0'; application++)
		used += (size_t)sprintf(path + used, "%02x", (uint8_t)*application);
	path[used++] = '-';
	path[used] = '\0';
	for (; *user != '\0'; user++)
		used += (size_t)sprintf(path + used, "%02x", (uint8_t)*user);
	return 0;
}

uint32_t
sk_api_version(void)
{
	const char *number = getenv("SKTEST_API");

	return number == NULL ? 0x000a0000 : (uint32_t)strtoul(number, NULL, 16);
}

int
sk_enroll(uint32_t alg, const uint8_t *challenge, size_t challenge_len, const char *application, uint8_t flags,
    const char *pin, struct option **options, struct enrolled **out)
{
	const char *user = option(options, "user"), *device = option(options, "device");
	enroll_call *enroll = (enroll_call *)dummy("sk_enroll");
	char path[4096];
	FILE *file;
	int code;

	/* Challenges are random, unless the user gives one of another length. */
	report(options, pin, "enroll %u %zu:%.*s %s 0x%02x", alg, challenge_len,
	    challenge_len == 32 ? 0 : (int)challenge_len, (const char *)challenge, application, flags);
	if (failure() != 0)
		return failure();
	if (pin_is_wrong(pin))
		return PIN_REQUIRED;
	if (enroll == NULL)
		return GENERAL;
	if (device != NULL && strcmp(device, "none") == 0)
		return DEVICE_NOT_FOUND;
	user = user == NULL ? "" : user;
	if (resident_path(path, sizeof(path), application, user) != 0)
		flags &= ~RESIDENT;
	if ((flags & (RESIDENT | FORCE)) == RESIDENT && !(blind() && pin == NULL) && access(path, F_OK) == 0)
		return EXISTS;
	code = enroll(alg, challenge, challenge_len, application, flags & ~FORCE, NULL, NULL, out);
	if (code != 0)
		return code;
	if (flags & RESIDENT) {
		if ((file = fopen(path, "w")) == NULL)
			return GENERAL;
		fprintf(file, "%c%c", (char)alg, (char)flags);
		fwrite(&(*out)->public_key_len, sizeof(size_t), 1, file);
		fwrite((*out)->public_key, 1, (*out)->public_key_len, file);
		fwrite((*out)->key_handle, 1, (*out)->key_handle_len, file);
		fclose(file);
	}
	give(&(*out)->signature, &(*out)->signature_len, "SIGNATURE");
	give(&(*out)->attestation_cert, &(*out)->attestation_cert_len, "CERTIFICATE");
	give(&(*out)->authdata, &(*out)->authdata_len, "AUTHDATA");
	return 0;
}

int
sk_sign(uint32_t alg, const uint8_t *data, size_t data_len, const char *application, const uint8_t *handle,
    size_t handle_len, uint8_t flags, const char *pin, struct option **options, void **out)
{
	sign_call *sign = (sign_call *)dummy("sk_sign");

	report(options, pin, "sign %u %s 0x%02x", alg, application, flags);
	if (failure() != 0)
		return failure();
	if ((flags & VERIFY) && pin_is_wrong(pin))
		return PIN_REQUIRED;
	if (sign == NULL)
		return GENERAL;
	return sign(alg, data, data_len, application, handle, handle_len, flags & (TOUCH | VERIFY), NULL, NULL, out);
}

static uint8_t
digits(const char *text)
{
	char two[3] = { text[0], text[1], '\0' };

	return (uint8_t)strtoul(two, NULL, 16);
}

static struct resident *
load(const char *directory, const char *name)
{
	struct resident *key = calloc(1, sizeof(*key));
	uint8_t *content = malloc(65536);
	char path[4096];
	size_t length, i;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	if ((file = fopen(path, "r")) == NULL)
		return NULL;
	length = fread(content, 1, 65536, file);
	fclose(file);
	key->alg = content[0];
	key->flags = key->key.flags = content[1];
	memcpy(&key->key.public_key_len, content + 2, sizeof(size_t));
	key->key.public_key = content;
	key->key.key_handle_len = length - 2 - sizeof(size_t) - key->key.public_key_len;
	key->key.key_handle = malloc(key->key.key_handle_len);
	memcpy(key->key.key_handle, content + length - key->key.key_handle_len, key->key.key_handle_len);
	memmove(content, content + 2 + sizeof(size_t), key->key.public_key_len);
	key->application = calloc(1, strlen(name));
	for (i = 0; *name != '-'; name += 2)
		key->application[i++] = (char)digits(name);
	name++;
	/* A user ID has 32 bytes: zeros follow what was given. */
	key->user_id_len = strlen(name) / 2 > 32 ? strlen(name) / 2 : 32;
	key->user_id = calloc(1, key->user_id_len);
	for (i = 0; *name != '\0'; name += 2)
		key->user_id[i++] = digits(name);
	return key;
}

static int
visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

int
sk_load_resident_keys(const char *pin, struct option **options, struct resident ***out, size_t *count)
{
	const char *directory = getenv("SKTEST_DIR");
	struct dirent **entries = NULL;
	int found, i;

	report(options, pin, "load");
	if (failure() != 0)
		return failure();
	if (pin_is_wrong(pin) || (pin == NULL && blind() == 2))
		return PIN_REQUIRED;
	*count = 0;
	found = directory == NULL ? 0 : scandir(directory, &entries, visible, alphasort);
	*out = calloc((size_t)(found > 0 ? found : 1), sizeof(**out));
	for (i = 0; i < found; i++) {
		if (((*out)[*count] = load(directory, entries[i]->d_name)) != NULL)
			(*count)++;
		free(entries[i]);
	}
	free(entries);
	return 0;
}
