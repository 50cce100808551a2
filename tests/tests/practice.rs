//! The practice beside a service: on the demonstration province, with no way to the real land.

use std::time::{Duration, Instant};

use catastro_tests::{Call, Office, Service};

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}

#[test]
fn people_practise_beside_the_service_and_touch_nothing_of_it() {
    let office = Office::new();
    let port = free_port();
    let mut command = office.command(["serve", "--listen", "127.0.0.1:0"]);
    command.env("CATASTRO_PRACTICA_ESCUCHA", format!("127.0.0.1:{port}"));
    let service = Service::start(command);
    let page = service.get("/").text;
    assert!(
        page.contains(&format!("<a href=\"http://127.0.0.1:{port}\">Practicar")),
        "{page}"
    );
    assert!(!page.contains("Modo de práctica"));

    let practice = Service::at(&format!("http://127.0.0.1:{port}"));
    let begun = Instant::now();
    let page = loop {
        if let Some(reply) = practice.try_send(&Call::new("GET", "/"))
            && reply.status == 200
        {
            break reply.text;
        }
        assert!(begun.elapsed() < Duration::from_mins(4), "no practice");
        std::thread::sleep(Duration::from_millis(500));
    };
    assert!(page.contains("Modo de práctica"), "{page}");
    let lots = |of: &Service| {
        of.get("/ogc/collections/lotes/items?limit=1").json()["numberMatched"].clone()
    };
    assert!(lots(&practice).as_u64().is_some_and(|count| count > 1_000));
    assert_eq!(lots(&service), 0);

    // An account of the practice is nobody in the service, and its cookie has another name.
    let accounts = office
        .folder()
        .join("datos/practica/cuentas-demostracion.txt");
    let accounts = std::fs::read_to_string(accounts).expect("the accounts");
    let line = accounts
        .lines()
        .find(|line| line.contains("tecnico.demo"))
        .expect("a technician");
    let password = line.split_whitespace().nth(1).expect("a password");
    let form = Call::new("POST", "/ingresar")
        .form(&[("usuario", "tecnico.demo"), ("contrasena", password)]);
    let signed_in = practice.send(&form);
    assert_eq!(signed_in.status, 303);
    assert!(signed_in.cookie("catastro-practica").is_some());
    assert_eq!(service.send(&form).status, 401);

    // It ends with the service.
    drop(service);
    let begun = Instant::now();
    while practice.try_send(&Call::new("GET", "/")).is_some() {
        assert!(
            begun.elapsed() < Duration::from_secs(40),
            "the practice outlives the service"
        );
        std::thread::sleep(Duration::from_millis(300));
    }
}
