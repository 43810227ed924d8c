#include "ui/views/connection_page.h"

#include <algorithm>

#include <QAction>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QHideEvent>
#include <QLabel>
#include <QPushButton>
#include <QStackedWidget>
#include <QVBoxLayout>

#include "ui/bridge/cluster_link.h"
#include "ui/models/cell_geometry.h"
#include "ui/models/format.h"
#include "ui/models/health_words.h"
#include "ui/models/members_model.h"
#include "ui/models/members_proxy.h"
#include "ui/models/notices_model.h"
#include "ui/models/notices_proxy.h"
#include "ui/models/row_delegates.h"
#include "ui/theme/theme.h"
#include "ui/views/table_view.h"

namespace leasescope::ui {
namespace {

using namespace std::chrono_literals;

constexpr auto kTick = 1s;
constexpr int kMargin = 14;
constexpr int kNamePadding = 18;
constexpr int kChoiceWidth = 300;
constexpr int kChoiceSpacing = 16;
constexpr int kFactColumns = 3;
constexpr int kTimeWidth = 100;
constexpr int kMostMembersAtOnce = 9;
constexpr int kRoomBelowMembers = 24;

constexpr TableView::ColumnWidth kColumnWidths[] = {
    {MembersModel::NameColumn, 100}, {MembersModel::EndpointColumn, 145}, {MembersModel::IdColumn, 145},
    {MembersModel::RoleColumn, 100}, {MembersModel::VersionColumn, 75},   {MembersModel::DatabaseColumn, 85},
    {MembersModel::InUseColumn, 80}, {MembersModel::RaftTermColumn, 85},
};

QFont bold(double factor) {
  QFont font = scaled(factor);
  font.setWeight(QFont::DemiBold);
  return font;
}

QLabel* makeNote(LabelRole role, QWidget* parent) {
  auto* note = new QLabel(parent);
  note->setWordWrap(true);
  note->setTextFormat(Qt::RichText);
  note->setTextInteractionFlags(kSelectable);
  setRole(note, role);
  note->hide();
  return note;
}

/// Core's messages begin in lower case, as parts of a line; here they begin one.
QString asSentence(const std::string& message) {
  QString text = QString::fromStdString(message);
  if (!text.isEmpty()) text[0] = text[0].toUpper();
  return text;
}

/// A box with a bold first line; gone without lines.
void showNote(QLabel* note, const QString& title, const QStringList& lines) {
  QStringList escaped;
  for (const QString& line : lines) escaped.append(line.toHtmlEscaped());
  note->setText(
      QStringLiteral("<b>%1</b><br>%2").arg(title.toHtmlEscaped(), escaped.join(QStringLiteral("<br>"))));
  note->setVisible(!lines.isEmpty());
}

QStringList toTexts(const std::vector<std::string>& strings) {
  QStringList texts;
  for (const std::string& string : strings) texts.append(QString::fromStdString(string));
  return texts;
}

/// What to do about it, or what is done.
QString adviceOf(Health::State state) {
  switch (state) {
    case Health::State::Connecting:
      return ConnectionPage::tr("It is tried again by itself until it works or you disconnect.");
    case Health::State::Stale:
      return ConnectionPage::tr(
          "What is shown was true then and may not be true any more. Reconnecting goes on by "
          "itself.");
    case Health::State::Denied:
      return ConnectionPage::tr(
          "Nothing is shown of what etcd refuses to tell. Use Connect… with another user, certificate or "
          "prefix.");
    case Health::State::Live:
      break;
  }
  return {};
}

/// "Tried again in 3 s."; empty when it is being tried.
QString retryText(const Health& health, const Moment& now) {
  if (!health.retryAt) return {};
  const absl::Duration left = std::max(*health.retryAt - now, absl::ZeroDuration());
  return QLatin1Char(' ') + ConnectionPage::tr("Tried again in %1.").arg(durationText(left));
}

const MemberView* leaderOf(const ClusterView& cluster) {
  const auto leader = std::ranges::find(cluster.members, true, &MemberView::leader);
  return leader == cluster.members.end() ? nullptr : &*leader;
}

/// The largest of the members' databases: the one that reaches the quota first.
QString databaseText(const ClusterView& cluster) {
  const auto size = [](const MemberView& member) { return member.status.databaseBytes; };
  const auto largest = std::ranges::max_element(cluster.members, {}, size);
  if (largest == cluster.members.end() || size(*largest) == 0) return QStringLiteral("—");
  return ConnectionPage::tr("%1 (%2 in use)")
      .arg(bytesText(size(*largest)), bytesText(largest->status.databaseBytesInUse));
}

QString leaderText(const ClusterView* cluster) {
  if (!cluster) return QStringLiteral("—");
  const MemberView* leader = leaderOf(*cluster);
  if (!leader) return ConnectionPage::tr("none known");
  return QString::fromStdString(leader->name.empty() ? leader->endpoint : leader->name);
}

}  // namespace

ConnectionPage::ConnectionPage(ClusterLink* link, QWidget* parent)
    : QWidget(parent), link_(link), members_(new MembersModel(this)), notices_(new NoticesModel(this)) {
  stack_ = new QStackedWidget(this);
  stack_->addWidget(start_ = makeStart());
  stack_->addWidget(overview_ = makeOverview());
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->addWidget(stack_);
  connectSignals();
  clear();
}

/// One of the two ways to begin: what it is, and the button that does it.
QFrame* ConnectionPage::makeChoice(const QString& iconName, const QString& title, const QString& text,
                                   QPushButton* button) {
  auto* card = new QFrame(this);
  setFlag(card, "card");
  card->setFixedWidth(kChoiceWidth);
  auto* heading = new QLabel(title, card);
  heading->setFont(bold(1.15));
  auto* explanation = new QLabel(text, card);
  explanation->setWordWrap(true);
  explanation->setAlignment(Qt::AlignTop | Qt::AlignLeft);
  setRole(explanation, LabelRole::Muted);
  button->setIcon(icon(iconName));
  auto* column = new QVBoxLayout(card);
  column->setContentsMargins(20, 18, 20, 18);
  column->setSpacing(8);
  column->addWidget(heading);
  column->addWidget(explanation, 1);
  column->addSpacing(6);
  column->addWidget(button, 0, Qt::AlignLeft);
  return card;
}

QWidget* ConnectionPage::makeStart() {
  auto* page = new QWidget(this);
  auto* title = new QLabel(tr("See every lock and lease as it is"), page);
  title->setFont(bold(1.7));
  auto* text = new QLabel(tr("Leasescope never renews a foreign lease, and changes nothing unasked."), page);
  setRole(text, LabelRole::Muted);
  auto* playground = new QPushButton(tr("Start a playground"), page);
  auto* connectTo = new QPushButton(tr("Connect…"), page);
  connect(playground, &QPushButton::clicked, this, &ConnectionPage::playgroundRequested);
  connect(connectTo, &QPushButton::clicked, this, &ConnectionPage::connectRequested);
  auto* choices = new QHBoxLayout;
  choices->setSpacing(kChoiceSpacing);
  choices->addStretch();
  choices->addWidget(
      makeChoice(QStringLiteral("playground"), tr("Try it out"),
                 tr("A private etcd server on this computer, with test lockers and the leak demo. "
                    "It ends with this window and leaves nothing behind."),
                 playground));
  choices->addWidget(
      makeChoice(QStringLiteral("connect"), tr("Look at a cluster"),
                 tr("Enter its endpoints as for etcdctl, with TLS files and a user when it asks "
                    "for them."),
                 connectTo));
  choices->addStretch();
  startFailure_ = makeNote(LabelRole::BadNote, page);
  startFailure_->setFixedWidth(2 * kChoiceWidth + kChoiceSpacing);
  auto* failure = new QHBoxLayout;
  failure->addStretch();
  failure->addWidget(startFailure_);
  failure->addStretch();

  auto* column = new QVBoxLayout(page);
  column->setSpacing(10);
  column->addStretch(2);
  column->addWidget(title, 0, Qt::AlignHCenter);
  column->addWidget(text, 0, Qt::AlignHCenter);
  column->addSpacing(14);
  column->addLayout(choices);
  column->addSpacing(6);
  column->addLayout(failure);  // as high as its text needs, which it would not be when it were aligned
  column->addStretch(3);
  return page;
}

QWidget* ConnectionPage::makeOverview() {
  auto* page = new QWidget(this);
  alarms_ = makeNote(LabelRole::BadNote, page);
  advice_ = makeNote(LabelRole::Note, page);
  failure_ = makeNote(LabelRole::BadNote, page);
  problems_ = makeNote(LabelRole::Note, page);
  auto* top = new QVBoxLayout;
  top->setContentsMargins(kMargin, 12, kMargin, kMargin);
  top->setSpacing(12);
  top->addWidget(makeHead());
  for (QLabel* note : {alarms_, failure_, advice_}) top->addWidget(note);
  top->addWidget(makeFacts());
  top->addWidget(problems_);
  auto* column = new QVBoxLayout(page);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addLayout(top);
  column->addWidget(makeMembers());
  column->addWidget(makeNotices(), 1);
  return page;
}

QWidget* ConnectionPage::makeHead() {
  auto* head = new QWidget(this);
  title_ = new QLabel(head);
  title_->setFont(bold(1.25));
  title_->setTextInteractionFlags(kSelectable);
  state_ = new QLabel(head);
  state_->setTextInteractionFlags(kSelectable);
  folder_ = new QLabel(head);
  folder_->setTextInteractionFlags(kSelectable);
  setRole(folder_, LabelRole::Muted);
  auto* below = new QHBoxLayout;
  below->setSpacing(12);
  below->addWidget(state_);
  below->addWidget(folder_);
  below->addStretch();
  auto* words = new QVBoxLayout;
  words->setSpacing(2);
  words->addWidget(title_);
  words->addLayout(below);
  playground_ = new QPushButton(icon(QStringLiteral("playground")), tr("Start a playground"), head);
  auto* connectTo = new QPushButton(icon(QStringLiteral("connect")), tr("Connect…"), head);
  auto* disconnectButton = new QPushButton(icon(QStringLiteral("disconnect")), tr("Disconnect"), head);
  connect(playground_, &QPushButton::clicked, this, &ConnectionPage::playgroundRequested);
  connect(connectTo, &QPushButton::clicked, this, &ConnectionPage::connectRequested);
  connect(disconnectButton, &QPushButton::clicked, this, &ConnectionPage::disconnectRequested);
  auto* row = new QHBoxLayout(head);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(8);
  row->addLayout(words, 1);
  for (QPushButton* button : {playground_, connectTo, disconnectButton})
    row->addWidget(button, 0, Qt::AlignTop);
  return head;
}

QWidget* ConnectionPage::makeFacts() {
  auto* card = new QFrame(this);
  setFlag(card, "card");
  auto* grid = new QGridLayout(card);
  grid->setContentsMargins(16, 13, 16, 13);
  grid->setHorizontalSpacing(24);
  grid->setVerticalSpacing(12);
  const std::pair<QString, QLabel**> facts[] = {
      {tr("Cluster id"), &clusterIdFact_},      {tr("Revision"), &revisionFact_},
      {tr("Keys watched"), &keysFact_},         {tr("Leader"), &leaderFact_},
      {tr("Largest database"), &databaseFact_}, {tr("Members"), &membersFact_},
  };
  int place = 0;
  for (const auto& [caption, value] : facts) {
    auto* cell = new QVBoxLayout;
    cell->setSpacing(1);
    auto* name = new QLabel(caption, card);
    setRole(name, LabelRole::Muted);
    *value = new QLabel(card);
    (*value)->setFont(bold(1.1));
    (*value)->setTextInteractionFlags(kSelectable);
    cell->addWidget(name);
    cell->addWidget(*value);
    grid->addLayout(cell, place / kFactColumns, place % kFactColumns);
    grid->setColumnStretch(place % kFactColumns, 1);
    ++place;
  }
  clusterIdFact_->setFont(monospace());
  return card;
}

QWidget* ConnectionPage::makeMembers() {
  auto* proxy = new MembersProxy(members_, this);
  table_ = new TableView(proxy, Qt::WidgetShortcut, this);
  table_->setItemDelegateForColumn(MembersModel::RoleColumn, new StateTagDelegate(table_));
  table_->sortByColumn(MembersModel::NameColumn, Qt::AscendingOrder);
  table_->setColumnWidths(kColumnWidths);
  connect(proxy, &MembersProxy::rowsInserted, this, &ConnectionPage::fitMembers);
  connect(proxy, &MembersProxy::rowsRemoved, this, &ConnectionPage::fitMembers);
  fitMembers();
  return table_;
}

QWidget* ConnectionPage::makeNotices() {
  auto* table = new TableView(new NoticesProxy(notices_, this), Qt::WidgetShortcut, this);
  table->setObjectName(QStringLiteral("notices"));
  table->sortByColumn(NoticesModel::TimeColumn, Qt::DescendingOrder);
  table->header()->resizeSection(NoticesModel::TimeColumn, kTimeWidth);
  return table;
}

/// A member's name may be long, and there are few: the table is as high as they need.
void ConnectionPage::fitMembers() {
  table_->resizeColumnToContents(MembersModel::NameColumn);
  table_->setColumnWidth(MembersModel::NameColumn,
                         table_->columnWidth(MembersModel::NameColumn) + kNamePadding);
  const int rows = std::clamp(members_->rowCount(), 1, kMostMembersAtOnce);
  table_->setFixedHeight(table_->header()->sizeHint().height() + rows * kRowHeight + kRoomBelowMembers);
}

void ConnectionPage::connectSignals() {
  connect(link_, &ClusterLink::reset, this, &ConnectionPage::clear);
  connect(link_, &ClusterLink::updated, this, &ConnectionPage::receive);
  connect(&tick_, &QTimer::timeout, this, &ConnectionPage::showState);
  tick_.start(kTick);
}

void ConnectionPage::clear() {
  health_ = {};
  cluster_.reset();
  revision_ = 0;
  clusterId_ = 0;
  keyCount_ = 0;
  members_->merge({});
  notices_->merge({});
  showFailure({});
  stack_->setCurrentWidget(link_->connected() ? overview_ : start_);
  showHealth();
  showCluster();
}

void ConnectionPage::receive(const MonitorUpdate& update) {
  health_ = update.health;
  revision_ = std::max(revision_, update.changes.revision);
  if (update.changes.clusterId != 0) clusterId_ = update.changes.clusterId;
  if (update.changes.revision != 0) keyCount_ = update.changes.keyCount;
  const bool sameCluster = update.cluster == cluster_ || !update.cluster;
  if (update.cluster) cluster_ = update.cluster;
  stack_->setCurrentWidget(link_->connected() ? overview_ : start_);
  showHealth();
  showFacts();
  if (!sameCluster) showCluster();
  if (update.notices) notices_->merge(*update.notices);
}

void ConnectionPage::showFailure(const QString& what) {
  const QStringList lines = what.isEmpty() ? QStringList() : QStringList(what);
  showNote(startFailure_, tr("That did not work"), lines);
  showNote(failure_, tr("That did not work"), lines);
}

void ConnectionPage::hideEvent(QHideEvent* event) {
  QWidget::hideEvent(event);
  if (!event->spontaneous()) showFailure({});
}

QString ConnectionPage::titleText() const {
  const QString endpoint = QString::fromStdString(health_.endpoint);
  if (link_->onPlayground()) {
    return endpoint.isEmpty() ? tr("Starting a playground…") : tr("Playground at %1").arg(endpoint);
  }
  return endpoint.isEmpty() ? tr("Connecting…") : endpoint;
}

void ConnectionPage::showHealth() {
  title_->setText(titleText());
  playground_->setVisible(!link_->onPlayground());
  folder_->setVisible(link_->onPlayground() && !link_->playgroundFolder().isEmpty());
  folder_->setText(tr("data in %1").arg(link_->playgroundFolder()));
  showState();
}

/// How long it has been stale, and when it is tried again, change by time alone.
void ConnectionPage::showState() {
  const bool denied = health_.state == Health::State::Denied;
  setRole(advice_, denied ? LabelRole::BadNote : LabelRole::Note);
  const QString advice = adviceOf(health_.state) + retryText(health_, Moment::now());
  showNote(advice_, asSentence(health_.reason), health_.reason.empty() ? QStringList() : QStringList(advice));
  state_->setText(QStringLiteral("● ") + healthWord(health_, Moment::now()));
  setRole(state_, textRole(healthTone(health_)));
}

void ConnectionPage::showFacts() {
  const QString unknown = QStringLiteral("—");
  clusterIdFact_->setText(clusterId_ == 0 ? unknown : QString::number(clusterId_, 16));
  revisionFact_->setText(revision_ == 0 ? unknown : countText(revision_));
  keysFact_->setText(revision_ == 0 ? unknown : countText(static_cast<qint64>(keyCount_)));
}

void ConnectionPage::showCluster() {
  showFacts();
  leaderFact_->setText(leaderText(cluster_.get()));
  databaseFact_->setText(cluster_ ? databaseText(*cluster_) : QStringLiteral("—"));
  const qint64 members = cluster_ ? cluster_->memberCount() : 0;
  membersFact_->setText(members > 0 ? countText(members) : QStringLiteral("—"));
  showNote(alarms_, tr("Alarm: etcd refuses to work normally"),
           cluster_ ? toTexts(cluster_->alarms) : QStringList());
  showNote(problems_, tr("Not everything is well with this cluster"),
           cluster_ ? toTexts(cluster_->problems) : QStringList());
  if (cluster_) members_->merge(cluster_->members);
}

}  // namespace leasescope::ui
