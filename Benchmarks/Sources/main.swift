import Compute
import Foundation

// Our side of Benchmarks/: each verb measures one thing and prints one line of JSON (coverage: a table). The scripts in
// Benchmarks/Rows run it in turn with the peers; `Benchmarks/README.md` explains.

let verbs: [(name: String, run: (Options) throws -> Void)] = [
  ("machine", { _ in try finish(["kernels": kernelLevel(), "openblas": openBLASCore()]) }),
  ("matrix-products", measureMatrixProducts),
  ("ensemble", measureEnsemble),
  ("uncertainty", measureUncertainty),
  ("bounds", measureBounds),
  ("attributions", measureAttributions),
  ("convolution", measureConvolution),
  ("stepping", measureStepping),
  ("mujoco", measureMuJoCo),
  ("stepping-python", measurePythonStepping),
  ("ppo-speed", measurePPOSpeed),
  ("ppo-quality", measurePPOQuality),
  ("off-policy", measureOffPolicy),
  ("imitation", measureImitation),
  ("transfer", measureTransfer),
  ("irl", measureInverseReinforcement),
  ("planning", measurePlanning),
  ("planning-large", measureLargePlanning),
  ("coverage", measureCoverage),
]

do {
  let arguments = Array(CommandLine.arguments.dropFirst())
  guard let verb = verbs.first(where: { $0.name == arguments.first }) else {
    throw Complaint(text: "usage: pactolus-benchmarks \(verbs.map(\.name).joined(separator: " | ")) …")
  }
  let options = try Options(Array(arguments.dropFirst()))
  ThreadPool.shared.threadCount = try options.count("threads", default: 1)
  try verb.run(options)
} catch {
  FileHandle.standardError.write(Data("pactolus-benchmarks: \(error)\n".utf8))
  exit(1)
}
