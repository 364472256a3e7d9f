import ArgumentParser

/// What `import` and `export` take as `--as`.
enum FileFormat: String, CaseIterable, ExpressibleByArgument {
  case jsonl, trl, imitation, safetensors, csv, minari, tensorboard, answers

  static let help = ArgumentHelp(
    "jsonl, csv (answers and clips); imitation, safetensors, minari (clips); trl (texts); tensorboard (curves, export alone); answers (a table of what people said, export alone).",
    valueName: "format")
}
