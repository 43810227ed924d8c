#include "app/flags/password_prompt.h"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include "core/etcd/secret.h"
#include "core/playground/unique_fd.h"
#include "fmt/format.h"

namespace leasescope {
namespace {

/// Typed characters are not shown while this lives.
class Quiet {
 public:
  explicit Quiet(int terminal) : terminal_(terminal) {
    changed_ = tcgetattr(terminal, &before_) == 0;
    termios quiet = before_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    changed_ = changed_ && tcsetattr(terminal, TCSAFLUSH, &quiet) == 0;
  }
  ~Quiet() {
    if (changed_) tcsetattr(terminal_, TCSAFLUSH, &before_);
  }
  Quiet(const Quiet&) = delete;
  Quiet& operator=(const Quiet&) = delete;

  bool quiet() const { return changed_; }

 private:
  const int terminal_;
  termios before_{};
  bool changed_ = false;
};

void say(int terminal, const std::string& text) {
  [[maybe_unused]] const ssize_t ignored = write(terminal, text.data(), text.size());
}

}  // namespace

std::optional<std::string> askForPasswordOnTerminal(const std::string& user) {
  const UniqueFd terminal(open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY));
  if (!terminal.valid()) return std::nullopt;
  const Quiet quiet(terminal.get());
  if (!quiet.quiet()) return std::nullopt;
  say(terminal.get(), fmt::format("Password of {}: ", user));
  std::string typed;
  for (char c = 0; read(terminal.get(), &c, 1) == 1 && c != '\n';) typed.push_back(c);
  say(terminal.get(), "\n");
  if (typed.empty()) return std::nullopt;
  return typed;
}

}  // namespace leasescope
