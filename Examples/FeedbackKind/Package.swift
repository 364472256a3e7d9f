// swift-tools-version: 6.3
import PackageDescription

let package = Package(
  name: "feedback-kind-example",
  dependencies: [.package(name: "pactolus", path: "../..")],
  targets: [
    .executableTarget(
      name: "FeedbackKindExample", dependencies: [.product(name: "Pactolus", package: "pactolus")])
  ]
)
