#include "ui/dialogs/connect_dialog.h"

#include <QCheckBox>
#include <QDialogButtonBox>
#include <QDoubleSpinBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QSettings>
#include <QSpinBox>
#include <QTextDocument>
#include <QVBoxLayout>

#include "ui/dialogs/grow_to_fit.h"
#include "ui/theme/theme.h"

namespace leasescope::ui {
namespace {

constexpr int kWidth = 680;
constexpr int kNumberWidth = 96;
constexpr int kPrefixLines = 3;
constexpr int kTextMargin = 8;  // as in a line edit
constexpr double kLongestTimeout = 600;
constexpr int kHighestBudget = 100'000;

constexpr QLatin1String kGroup("connect");
constexpr QLatin1String kEndpoints("endpoints");
constexpr QLatin1String kPrefixes("prefixes");
constexpr QLatin1String kCaFile("caFile");
constexpr QLatin1String kCertFile("certFile");
constexpr QLatin1String kKeyFile("keyFile");
constexpr QLatin1String kUser("user");
constexpr QLatin1String kDialTimeout("dialTimeout");
constexpr QLatin1String kCommandTimeout("commandTimeout");
constexpr QLatin1String kBudget("ttlBudget");

QDoubleSpinBox* makeSeconds(QWidget* parent, double value) {
  auto* spin = new QDoubleSpinBox(parent);
  spin->setRange(0.1, kLongestTimeout);
  spin->setDecimals(1);
  spin->setValue(value);
  spin->setSuffix(ConnectDialog::tr(" s"));
  return spin;
}

void addHeading(QFormLayout* form, const QString& text) {
  auto* label = new QLabel(text);
  label->setContentsMargins(0, 8, 0, 0);
  setRole(label, LabelRole::Heading);
  form->addRow(label);
}

std::vector<std::string> toStrings(const QStringList& texts) {
  std::vector<std::string> strings;
  for (const QString& text : texts) strings.push_back(text.toStdString());
  return strings;
}

void addLimit(QHBoxLayout* row, const QString& text, QWidget* field) {
  auto* label = new QLabel(text);
  label->setBuddy(field);
  row->addSpacing(10);
  row->addWidget(label);
  row->addWidget(field);
  field->setFixedWidth(kNumberWidth);
}

QString fileProblem(const QString& path) {
  if (path.isEmpty() || QFileInfo(path).isReadable()) return {};
  return ConnectDialog::tr("Cannot read the file %1").arg(path);
}

}  // namespace

ConnectDialog::ConnectDialog(QWidget* parent) : QDialog(parent) {
  setWindowTitle(tr("Connect to a cluster"));
  problem_ = new QLabel(this);
  problem_->setWordWrap(true);
  problem_->setTextFormat(Qt::PlainText);
  problem_->setTextInteractionFlags(kSelectable);
  setRole(problem_, LabelRole::Bad);
  auto* form = new QFormLayout;
  form->setVerticalSpacing(8);
  form->setHorizontalSpacing(16);
  form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
  addCluster(form);
  addTls(form);
  addLogin(form);
  addLimits(form);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(20, 18, 20, 16);
  column->setSpacing(10);
  column->addLayout(form);
  column->addStretch();
  column->addWidget(problem_);
  buttons_ = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
  buttons_->button(QDialogButtonBox::Ok)->setText(tr("Connect"));
  setFlag(buttons_->button(QDialogButtonBox::Ok), "primary");
  column->addWidget(buttons_);
  setMinimumWidth(kWidth);
  QSettings settings;
  settings.beginGroup(kGroup);
  restore(settings);
  connectSignals();
  validate();
  endpoints_->setFocus();
}

void ConnectDialog::addCluster(QFormLayout* form) {
  endpoints_ = new QLineEdit(this);
  endpoints_->setObjectName(kEndpoints);
  endpoints_->setPlaceholderText(QStringLiteral("10.0.0.1:2379, 10.0.0.2:2379"));
  prefixes_ = new QPlainTextEdit(this);
  prefixes_->setObjectName(kPrefixes);
  prefixes_->setTabChangesFocus(true);
  prefixes_->document()->setDocumentMargin(kTextMargin);
  setFlag(prefixes_, "card");
  prefixes_->setPlaceholderText(tr("One prefix a line; empty: everything is watched"));
  prefixes_->setFixedHeight(kPrefixLines * prefixes_->fontMetrics().lineSpacing() + 2 * kTextMargin);
  form->addRow(tr("&Endpoints"), endpoints_);
  form->addRow(tr("Watch &prefixes"), prefixes_);
}

void ConnectDialog::addTls(QFormLayout* form) {
  addHeading(form, tr("TLS"));
  caFile_ = new QLineEdit(this);
  caFile_->setObjectName(kCaFile);
  caFile_->setPlaceholderText(tr("Empty: the system's certificate authorities"));
  certFile_ = new QLineEdit(this);
  certFile_->setObjectName(kCertFile);
  keyFile_ = new QLineEdit(this);
  keyFile_->setObjectName(kKeyFile);
  skipVerify_ = new QCheckBox(tr("Do not &verify the server's certificate"), this);
  skipVerify_->setObjectName(QStringLiteral("skipVerify"));
  skipWarning_ =
      new QLabel(tr("Dangerous: anybody between here and the cluster can read and change everything, "
                    "the password included. Only for tests."),
                 this);
  skipWarning_->setObjectName(QStringLiteral("skipWarning"));
  skipWarning_->setWordWrap(true);
  setRole(skipWarning_, LabelRole::BadNote);
  form->addRow(tr("&Authority (CA)"), makeFileRow(caFile_, tr("Choose the authority's certificate")));
  form->addRow(tr("&Certificate"), makeFileRow(certFile_, tr("Choose the client's certificate")));
  form->addRow(tr("&Key"), makeFileRow(keyFile_, tr("Choose the client's private key")));
  form->addRow(QString(), skipVerify_);
  form->addRow(QString(), skipWarning_);
}

void ConnectDialog::addLogin(QFormLayout* form) {
  addHeading(form, tr("LOGIN"));
  user_ = new QLineEdit(this);
  user_->setObjectName(kUser);
  user_->setPlaceholderText(tr("Empty: no authentication"));
  password_ = new QLineEdit(this);
  password_->setObjectName(QStringLiteral("password"));
  password_->setEchoMode(QLineEdit::Password);
  password_->setPlaceholderText(tr("Never stored"));
  form->addRow(tr("&User"), user_);
  form->addRow(tr("Pass&word"), password_);
}

void ConnectDialog::addLimits(QFormLayout* form) {
  addHeading(form, tr("LIMITS"));
  const etcd::ConnectionOptions defaults;
  dialTimeout_ = makeSeconds(this, absl::ToDoubleSeconds(defaults.dialTimeout));
  commandTimeout_ = makeSeconds(this, absl::ToDoubleSeconds(defaults.commandTimeout));
  budget_ = new QSpinBox(this);
  budget_->setRange(0, kHighestBudget);
  budget_->setValue(MonitorOptions().ttlBudget);
  budget_->setToolTip(tr("LeaseTimeToLive calls a second, at most; 0: no TTLs are sampled"));
  auto* row = new QHBoxLayout;
  row->setSpacing(8);
  addLimit(row, tr("&command"), commandTimeout_);
  addLimit(row, tr("TTL calls a &second"), budget_);
  row->insertWidget(0, dialTimeout_);
  dialTimeout_->setFixedWidth(kNumberWidth);
  row->addStretch();
  auto* dial = new QLabel(tr("&Dial timeout"), this);
  dial->setBuddy(dialTimeout_);
  form->addRow(dial, row);
}

QWidget* ConnectDialog::makeFileRow(QLineEdit* edit, const QString& title) {
  auto* widget = new QWidget(this);
  auto* row = new QHBoxLayout(widget);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(8);
  auto* choose = new QPushButton(tr("Choose…"), widget);
  choose->setAutoDefault(false);
  row->addWidget(edit, 1);
  row->addWidget(choose);
  widget->setFocusProxy(edit);
  connect(choose, &QPushButton::clicked, this, [this, edit, title] {
    const QString path = QFileDialog::getOpenFileName(this, title, QFileInfo(edit->text()).path());
    if (!path.isEmpty()) edit->setText(path);
  });
  return widget;
}

void ConnectDialog::connectSignals() {
  for (QLineEdit* edit : {endpoints_, caFile_, certFile_, keyFile_, user_, password_}) {
    connect(edit, &QLineEdit::textChanged, this, &ConnectDialog::validate);
  }
  connect(skipVerify_, &QCheckBox::toggled, this, &ConnectDialog::validate);
  connect(buttons_, &QDialogButtonBox::accepted, this, &ConnectDialog::accept);
  connect(buttons_, &QDialogButtonBox::rejected, this, &ConnectDialog::reject);
}

etcd::ConnectionOptions ConnectDialog::connection() const {
  static const QRegularExpression kSeparators(QStringLiteral("[,;\\s]+"));
  return {.endpoints = toStrings(endpoints_->text().split(kSeparators, Qt::SkipEmptyParts)),
          .tls = {.caFile = caFile_->text().trimmed().toStdString(),
                  .certFile = certFile_->text().trimmed().toStdString(),
                  .keyFile = keyFile_->text().trimmed().toStdString(),
                  .skipVerify = skipVerify_->isChecked()},
          .user = user_->text().toStdString(),
          .password = password_->text().toStdString(),
          .dialTimeout = absl::Seconds(dialTimeout_->value()),
          .commandTimeout = absl::Seconds(commandTimeout_->value())};
}

MonitorOptions ConnectDialog::monitor() const {
  return {.prefixes = toStrings(prefixes_->toPlainText().split(QLatin1Char('\n'), Qt::SkipEmptyParts)),
          .ttlBudget = budget_->value()};
}

QString ConnectDialog::problem() const {
  const etcd::ConnectionOptions options = connection();
  if (options.endpoints.empty()) return tr("Enter at least one endpoint, for example 127.0.0.1:2379");
  if (const auto endpoints = etcd::parseEndpoints(options); !endpoints.ok()) {
    return QString::fromStdString(std::string(endpoints.status().message()));
  }
  for (const QLineEdit* file : {caFile_, certFile_, keyFile_}) {
    if (QString what = fileProblem(file->text().trimmed()); !what.isEmpty()) return what;
  }
  if (options.tls.certFile.empty() != options.tls.keyFile.empty()) {
    return tr("A client certificate needs its key, and the other way round");
  }
  if (options.user.empty() && !options.password.empty())
    return tr("The password belongs to a user: enter the name");
  return {};
}

void ConnectDialog::validate() {
  const QString what = problem();
  problem_->setText(what);
  problem_->setVisible(!what.isEmpty());
  setFlag(endpoints_, "wrong", !etcd::parseEndpoints(connection()).ok() && !endpoints_->text().isEmpty());
  skipWarning_->setVisible(skipVerify_->isChecked());
  buttons_->button(QDialogButtonBox::Ok)->setEnabled(what.isEmpty());
  growToFit(*this);
}

void ConnectDialog::accept() {
  if (!problem().isEmpty()) return;
  QSettings settings;
  settings.beginGroup(kGroup);
  store(settings);
  QDialog::accept();
}

/// Neither the password nor the decision not to verify are remembered.
void ConnectDialog::store(QSettings& settings) const {
  settings.setValue(kEndpoints, endpoints_->text());
  settings.setValue(kPrefixes, prefixes_->toPlainText());
  settings.setValue(kCaFile, caFile_->text());
  settings.setValue(kCertFile, certFile_->text());
  settings.setValue(kKeyFile, keyFile_->text());
  settings.setValue(kUser, user_->text());
  settings.setValue(kDialTimeout, dialTimeout_->value());
  settings.setValue(kCommandTimeout, commandTimeout_->value());
  settings.setValue(kBudget, budget_->value());
}

void ConnectDialog::restore(const QSettings& settings) {
  endpoints_->setText(settings.value(kEndpoints, QStringLiteral("127.0.0.1:2379")).toString());
  prefixes_->setPlainText(settings.value(kPrefixes).toString());
  caFile_->setText(settings.value(kCaFile).toString());
  certFile_->setText(settings.value(kCertFile).toString());
  keyFile_->setText(settings.value(kKeyFile).toString());
  user_->setText(settings.value(kUser).toString());
  dialTimeout_->setValue(settings.value(kDialTimeout, dialTimeout_->value()).toDouble());
  commandTimeout_->setValue(settings.value(kCommandTimeout, commandTimeout_->value()).toDouble());
  budget_->setValue(settings.value(kBudget, budget_->value()).toInt());
}

}  // namespace leasescope::ui
