"""One static library of all that a target of ours is made of.

Bazel links a library a target; whoever builds without Bazel wants one file.
"""

load("@bazel_tools//tools/cpp:toolchain_utils.bzl", "find_cpp_toolchain")

def _merged_library_impl(ctx):
    toolchain = find_cpp_toolchain(ctx)
    archives = []
    for dep in ctx.attr.deps:
        for input in dep[CcInfo].linking_context.linker_inputs.to_list():
            if input.owner.workspace_name:
                continue  # the system's
            for library in input.libraries:
                archive = library.pic_static_library or library.static_library
                if archive:
                    archives.append(archive)
    output = ctx.actions.declare_file(ctx.attr.name + ".a")
    script = ["CREATE " + output.path]
    script += ["ADDLIB " + archive.path for archive in archives]
    script += ["SAVE", "END"]
    ctx.actions.run_shell(
        inputs = depset(archives, transitive = [toolchain.all_files]),
        outputs = [output],
        command = "printf '%s\\n' \"$@\" | " + toolchain.ar_executable + " -M",
        arguments = script,
        mnemonic = "MergeLibraries",
    )
    return [DefaultInfo(files = depset([output]))]

merged_library = rule(
    implementation = _merged_library_impl,
    attrs = {
        "deps": attr.label_list(providers = [CcInfo]),
        "_cc_toolchain": attr.label(
            default = "@bazel_tools//tools/cpp:current_cc_toolchain",
        ),
    },
    doc = "NAME.a, of the position-independent code of deps and of all that " +
          "they depend on in this workspace.",
    toolchains = ["@bazel_tools//tools/cpp:toolchain_type"],
)

def _library_headers_impl(ctx):
    headers = []
    for dep in ctx.attr.deps:
        for header in dep[CcInfo].compilation_context.headers.to_list():
            is_ours = not header.owner.workspace_name
            if is_ours and "/_virtual_includes/" in header.path:
                headers.append(header)
    files = depset(headers)
    return [DefaultInfo(files = files, runfiles = ctx.runfiles(transitive_files = files))]

library_headers = rule(
    implementation = _library_headers_impl,
    attrs = {"deps": attr.label_list(providers = [CcInfo])},
    doc = "The headers of deps and of all that they depend on in this " +
          "workspace, each at <folder>/_virtual_includes/<target>/ and then " +
          "the path that it is included as.",
)
