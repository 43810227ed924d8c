#pragma once

#include <QString>

namespace leasescope::ui {

/// A command line as it may be shown: without what looks like a password, a token or a key in it, such as
/// `--password X`, `--user NAME:X`, `token=X` and `http://name:X@host`. As /proc does not tell blanks in
/// arguments from those between them, a password is taken to go on until the next option.
QString withoutPasswords(const QString& commandLine);

}  // namespace leasescope::ui
