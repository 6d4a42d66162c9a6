//! The generated packages, in modules named as the schema names them: generated code relies on it.

#![allow(dead_code, clippy::all, rustdoc::all)]

pub mod flowidl {
    pub mod admin {
        pub mod v1 {
            include!("gen/flowidl/admin/v1/flowidl.admin.v1.rs");
        }
    }
    pub mod core {
        pub mod v1 {
            include!("gen/flowidl/core/v1/flowidl.core.v1.rs");
        }
    }
    pub mod plugins {
        pub mod kubeflow {
            pub mod v1 {
                include!("gen/flowidl/plugins/kubeflow/v1/flowidl.plugins.kubeflow.v1.rs");
            }
        }
        pub mod v1 {
            include!("gen/flowidl/plugins/v1/flowidl.plugins.v1.rs");
        }
    }
    pub mod report {
        pub mod v1 {
            include!("gen/flowidl/report/v1/flowidl.report.v1.rs");
        }
    }
}
