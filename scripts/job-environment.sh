# Read (". ./scripts/job-environment.sh") by jobs that hold a token, before they run anything else. Variables of a trigger win over all
# others. Some say where a token goes, have a program run other code, or read its settings elsewhere: what is committed sets none of these.
# HOME and PATH aren't among them, since every image and runner sets them. Traces print tokens; GitLab's has begun by now, and ends here.
for name in NODE_OPTIONS NODE_PATH NODE_EXTRA_CA_CERTS NODE_TLS_REJECT_UNAUTHORIZED NODE_REPL_EXTERNAL_MODULE NODE_V8_COVERAGE \
  LD_PRELOAD LD_LIBRARY_PATH LD_AUDIT BASH_ENV ENV PROMPT_COMMAND SSL_CERT_FILE SSL_CERT_DIR OPENSSL_CONF CURL_CA_BUNDLE CURL_HOME \
  XDG_CACHE_HOME XDG_CONFIG_HOME DOCKER_CONFIG CI_DEBUG_TRACE CI_DEBUG_SERVICES \
  GIT_SSH GIT_SSH_COMMAND GIT_PROXY_COMMAND GIT_EXEC_PATH GIT_TEMPLATE_DIR GIT_EXTERNAL_DIFF GIT_EDITOR GIT_SEQUENCE_EDITOR GIT_PAGER \
  GIT_CONFIG GIT_CONFIG_COUNT GIT_CONFIG_PARAMETERS GIT_CONFIG_GLOBAL GIT_CONFIG_SYSTEM GIT_ASKPASS SSH_ASKPASS \
  GIT_DIR GIT_COMMON_DIR GIT_WORK_TREE GIT_INDEX_FILE GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES GIT_NAMESPACE \
  GIT_SSL_NO_VERIFY GIT_SSL_CAINFO GIT_SSL_CAPATH GIT_CURL_VERBOSE \
  JITI_ALIAS JITI_NATIVE_MODULES JITI_TRANSFORM_MODULES; do
  eval "value=\${$name:-}"
  if [ -n "$value" ]; then
    echo "job-environment: $name is set, and this job takes it from nobody. Unset it, or set it in .gitlab-ci.yml's script." >&2
    exit 1
  fi
done
# npm, git and Node take settings and print traces by variables of many names. Values aren't looked at: one may have a line like a variable's.
settings=$(awk 'BEGIN {
  for (name in ENVIRON)
    if (ENVIRON[name] != "" && (tolower(name) ~ /^npm_config_/ || name ~ /^(GIT_CONFIG_[A-Z]+_[0-9]+$|GIT_TRACE|NODE_DEBUG)/)) { print name; exit }
}') || exit 1
if [ -n "$settings" ]; then
  echo "job-environment: $settings is set, and this job takes it from nobody. Unset it; what npm needs goes into .npmrc." >&2
  exit 1
fi
slipway_repository=$(./scripts/repository.sh) || exit 1
slipway_branch=$(./scripts/repository.sh branch) || exit 1
if [ -n "${CI_PROJECT_URL:-}" ] && [ "$CI_PROJECT_URL" != "${slipway_repository%.git}" ]; then
  echo "job-environment: CI_PROJECT_URL isn't the address that dist's Applications have, ${slipway_repository%.git}: nothing is sent there." >&2
  exit 1
fi
# The address's end: before it stands the host, and the folder of an instance that isn't at its host's root.
if [ -n "${CI_PROJECT_PATH:-}" ] && [ "${slipway_repository%"/$CI_PROJECT_PATH.git"}" = "$slipway_repository" ] &&
  [ "${slipway_repository%"/$CI_PROJECT_PATH"}" = "$slipway_repository" ]; then
  echo "job-environment: CI_PROJECT_PATH isn't the path of the repository that dist's Applications have, ${slipway_repository%.git}." >&2
  exit 1
fi
for name in CI_DEFAULT_BRANCH CI_COMMIT_BRANCH; do
  eval "value=\${$name:-}"
  if [ -n "$value" ] && [ "$value" != "$slipway_branch" ]; then
    echo "job-environment: $name isn't the branch that dist's Applications have, $slipway_branch: nothing is written to another." >&2
    exit 1
  fi
done
GIT_ASKPASS="$(pwd)/scripts/git-askpass.sh"
GIT_TERMINAL_PROMPT=0
export GIT_ASKPASS GIT_TERMINAL_PROMPT
