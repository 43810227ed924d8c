#include "ui/dialogs/service_address.h"

#include "ui/models/go_service_words.h"
#include "ui/theme/theme.h"

namespace leasescope::ui {

ServiceAddress::ServiceAddress(QWidget* parent) : QLineEdit(parent) {
  setObjectName(QStringLiteral("serviceAddress"));
  setPlaceholderText(tr("http://host:port of a Go service"));
  setClearButtonEnabled(true);
  connect(this, &QLineEdit::textEdited, this, [this] { tell(absl::OkStatus()); });
}

std::optional<PprofTarget> ServiceAddress::take() {
  const auto target = parsePprofTarget(text().toStdString());
  tell(target.status());
  return target.ok() ? std::optional(*target) : std::nullopt;
}

void ServiceAddress::tell(const absl::Status& status) {
  setFlag(this, "wrong", !status.ok());
  emit problemChanged(problemText(status));
}

}  // namespace leasescope::ui
