/* SPDX-License-Identifier: Apache-2.0
 *
 * Replays a corpus through a fuzz target without a fuzzer, so that every input ever found stays a
 * test. Arguments are files, or directories whose files are taken. Prints how many inputs ran; to
 * have run none is a failure, or a mistyped path would pass for a success.
 */
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
__attribute__((weak)) int LLVMFuzzerInitialize(int *argc, char ***argv);

static bool complain(const char *path)
{
    fprintf(stderr, "%s: %s\n", path, strerror(errno));
    return false;
}

static bool run_file(const char *path, size_t size)
{
    /* Exactly as many bytes as the input has, on the heap, so that reading past them is noticed. */
    uint8_t *data = malloc(size ? size : 1);
    FILE *file = fopen(path, "rb");
    bool good = data && file && fread(data, 1, size, file) == size;
    if (!good)
        complain(path);
    else
        LLVMFuzzerTestOneInput(data, size);
    if (file)
        fclose(file);
    free(data);
    return good;
}

static bool run(const char *path, size_t *ran);

static bool run_directory(const char *path, size_t *ran)
{
    struct dirent **entries;
    const int n = scandir(path, &entries, NULL, alphasort);
    if (n < 0)
        return complain(path);
    bool good = true;
    for (int i = 0; i < n; i++) {
        char inside[4096];
        const int len = snprintf(inside, sizeof inside, "%s/%s", path, entries[i]->d_name);
        if (entries[i]->d_name[0] != '.')
            good = len > 0 && (size_t)len < sizeof inside && run(inside, ran) && good;
        free(entries[i]);
    }
    free(entries);
    return good;
}

static bool run(const char *path, size_t *ran)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return complain(path);
    if (S_ISDIR(st.st_mode))
        return run_directory(path, ran);
    if (!run_file(path, (size_t)st.st_size))
        return false;
    ++*ran;
    return true;
}

int main(int argc, char **argv)
{
    size_t ran = 0;
    bool good = true;
    if (LLVMFuzzerInitialize)
        LLVMFuzzerInitialize(&argc, &argv);
    for (int i = 1; i < argc; i++)
        good = run(argv[i], &ran) && good;
    printf("%zu inputs ran\n", ran);
    return good && ran > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
