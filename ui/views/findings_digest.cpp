#include "ui/views/findings_digest.h"

#include <vector>

#include "core/lockers/demo.h"
#include "ui/models/finding_words.h"
#include "ui/models/format.h"
#include "ui/models/shown_picture.h"
#include "ui/theme/theme.h"

namespace leasescope::ui {
namespace {

constexpr std::size_t kMostLines = 3;
constexpr int kLinesKeptFree = 2;  // so that the charts above stay where they are when a second one comes

/// It is about one of its locks or sessions, or about all sessions.
bool isOfDemo(const Finding& finding, const LeaseBook& book) {
  const std::string& lock = finding.subject.lock;
  if (finding.kind == FindingKind::SessionGrowth || lock == demoLock(DemoProgram::Leaky) ||
      lock == demoLock(DemoProgram::Fixed)) {
    return true;
  }
  const HolderIdentity* who = identityOf(book.find(finding.subject.lease));
  return who != nullptr && who->service == kDemoService;
}

QString lineOf(const FindingGroup& group) {
  const Finding& first = *group.first;
  const bool alone = group.count == 1;
  const QString count = countText(static_cast<qint64>(group.count));
  const QString title =
      alone ? kindTitle(first.kind) : FindingsDigest::tr("%1 × %2").arg(count, kindTitle(first.kind));
  QString what = alone ? QString::fromStdString(first.summary) : kindMeaning(first.kind);
  if (what.startsWith(title + QStringLiteral(": "))) what.remove(0, title.size() + 2);
  return QStringLiteral("<span style='color:%1'>● <b>%2</b></span> %3")
      .arg(colours().text(severityTone(first.severity)).name(), title.toHtmlEscaped(), what.toHtmlEscaped());
}

}  // namespace

FindingsDigest::FindingsDigest(ShownPicture* picture, QWidget* parent) : QLabel(parent), picture_(picture) {
  setObjectName(QStringLiteral("findingsDigest"));
  setWordWrap(true);
  setTextFormat(Qt::RichText);
  setAlignment(Qt::AlignTop | Qt::AlignLeft);
  setMinimumHeight(kLinesKeptFree * fontMetrics().lineSpacing());
  connect(picture_, &ShownPicture::changed, this, [this] {
    if (isVisible()) follow();
  });
  connect(this, &QLabel::linkActivated, this, &FindingsDigest::findingsRequested);
}

void FindingsDigest::showEvent(QShowEvent* event) {
  QLabel::showEvent(event);
  follow();
}

void FindingsDigest::setSince(std::optional<Moment> begin, double leakedAfterTtls) {
  since_ = begin;
  leakedAfterTtls_ = leakedAfterTtls;
  if (isVisible()) follow();
}

void FindingsDigest::follow() {
  const QString now = words();
  if (text() != now) setText(now);
}

QString FindingsDigest::words() const {
  const FindingsModel& all = *picture_->findings();
  std::vector<const Finding*> ofDemo;
  for (int i = 0; since_ && i < all.rowCount(); ++i) {
    const Finding& one = all.row(i);
    if (one.firstFound && one.firstFound->steady < since_->steady) continue;
    if (isOfDemo(one, picture_->book())) ofDemo.push_back(&one);
  }
  if (ofDemo.empty())
    return tr("<b>Findings:</b> nothing is wrong so far. Leaks show after %1 TTLs.").arg(leakedAfterTtls_);
  QStringList lines;
  for (const FindingGroup& group : groupsOf(ofDemo)) {
    if (static_cast<std::size_t>(lines.size()) == kMostLines) break;
    lines << lineOf(group);
  }
  lines.back() += tr(" · <a href='findings' style='color:%1'>all findings</a>").arg(colours().accent.name());
  return lines.join(QStringLiteral("<br>"));
}

}  // namespace leasescope::ui
